# docker buildx bake             the generator image
# docker buildx bake image-all   the same for every platform
# docker buildx bake examples    the examples, each with its SBOM; the roots come from tests/e2e/roots.sh

variable "GENERATOR" {
  default = "stellaops/sbom-indexer:latest"
}

# Where the examples go.
variable "REPOSITORY" {
  default = "localhost:5000/examples"
}

variable "ROOTS" {
  default = "target/e2e/roots"
}

group "default" {
  targets = ["image"]
}

target "image" {
  tags = [GENERATOR]
}

target "image-all" {
  inherits  = ["image"]
  platforms = ["linux/amd64", "linux/arm64"]
}

group "examples" {
  targets = ["debian-python-node", "distroless-go", "hostile", "multi-stage", "scratch-static"]
}

target "_example" {
  attest = ["type=sbom,generator=${GENERATOR}"]
}

target "debian-python-node" {
  inherits = ["_example"]
  context  = "examples/debian-python-node"
  tags     = ["${REPOSITORY}/debian-python-node"]
  contexts = {
    base    = "oci-layout://${ROOTS}/debian.oci"
    wheels  = "${ROOTS}/wheels"
    modules = "${ROOTS}/modules"
  }
}

target "distroless-go" {
  inherits = ["_example"]
  context  = "examples/distroless-go"
  tags     = ["${REPOSITORY}/distroless-go"]
  contexts = {
    base  = "oci-layout://${ROOTS}/distroless.oci"
    build = "${ROOTS}/go-id"
  }
}

target "hostile" {
  inherits = ["_example"]
  context  = "examples/hostile"
  tags     = ["${REPOSITORY}/hostile"]
  contexts = {
    base = "oci-layout://${ROOTS}/debian.oci"
  }
}

target "multi-stage" {
  inherits = ["_example"]
  context  = "examples/multi-stage"
  tags     = ["${REPOSITORY}/multi-stage"]
  contexts = {
    base    = "oci-layout://${ROOTS}/debian.oci"
    modules = "${ROOTS}/modules-multi-stage"
    runtime = "oci-layout://${ROOTS}/distroless.oci"
  }
}

target "scratch-static" {
  inherits = ["_example"]
  context  = "examples/scratch-static"
  tags     = ["${REPOSITORY}/scratch-static"]
  contexts = {
    build = "${ROOTS}/go-hello"
  }
}
