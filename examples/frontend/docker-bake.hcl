# docker buildx bake             SBOMs by the first line of the Dockerfile
# docker buildx bake any         the same for a Dockerfile that has another first line
# docker buildx bake generator   where other frontends are forbidden

variable "TAG" {
  default = "registry.example/greet:latest"
}

target "default" {
  tags   = [TAG]
  attest = ["type=sbom,generator=stellaops/sbom-indexer,FAIL_ON=losses"]
}

target "any" {
  inherits = ["default"]
  args = {
    BUILDKIT_SYNTAX = "stellaops/sbom-indexer"
  }
}

target "generator" {
  tags   = [TAG]
  attest = ["type=sbom,generator=stellaops/sbom-indexer"]
  args = {
    BUILDKIT_SYNTAX = "docker/dockerfile:1"
  }
}
