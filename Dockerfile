# The generator image: one static program and nothing else.
#
#   docker buildx build -t sbom-indexer .                        builds from source
#   docker buildx build -t sbom-indexer --build-context build=DIR .   takes DIR/sbom-indexer in place of the stage `build`

FROM --platform=$BUILDPLATFORM rust:1.95-bookworm AS build
ARG TARGETARCH
WORKDIR /source
COPY . .
# rust-lld links for every architecture: no cross compiler is needed.
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/source/target <<END
set -eu
case $TARGETARCH in
  amd64) target=x86_64-unknown-linux-musl ;;
  arm64) target=aarch64-unknown-linux-musl ;;
  *) echo "no target for $TARGETARCH" >&2; exit 1 ;;
esac
rustup target add "$target"
RUSTFLAGS="-C linker=rust-lld" cargo build --locked --release --package generator --target "$target"
cp "target/$target/release/sbom-indexer" /sbom-indexer
END

FROM scratch
LABEL org.opencontainers.image.title="sbom-indexer" \
      org.opencontainers.image.description="SBOM generator for BuildKit" \
      org.opencontainers.image.source="https://github.com/stellaops/sbom-indexer" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /sbom-indexer /sbom-indexer
USER 65532:65532
ENTRYPOINT ["/sbom-indexer"]
