module example.com/id

go 1.19

require (
	example.com/greet v0.1.0
	github.com/google/uuid v1.3.0
)

replace example.com/greet => ./greet
