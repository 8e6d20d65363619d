// Package greet is a module of its own, which a local replacement brings in.
package greet

// Hello is the greeting.
func Hello() string { return "hello" }
