# The image of generator and frontend: one static program and nothing else.
#
#   docker buildx build -t sbom-indexer .                        builds from source
#   docker buildx build -t sbom-indexer --build-context build=DIR .   takes DIR/sbom-indexer in place of the stage `build`

FROM --platform=$BUILDPLATFORM rust:1.95-bookworm AS build
ARG TARGETARCH
# The memory allocator is C: it wants a compiler, and musl's headers, for the target.
RUN <<END
set -eu
case $TARGETARCH in
  amd64) echo x86_64 ;;
  arm64) echo aarch64 ;;
  *) echo "no target for $TARGETARCH" >&2; exit 1 ;;
esac >/arch
compiler=gcc
[ "$TARGETARCH" = "$(dpkg --print-architecture)" ] || compiler=gcc-$(tr _ - </arch)-linux-gnu
dpkg --add-architecture "$TARGETARCH"
apt-get update
apt-get install -y --no-install-recommends "$compiler" "musl-dev:$TARGETARCH"
rustup target add "$(cat /arch)-unknown-linux-musl"
END
WORKDIR /source
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/source/target,sharing=locked <<END
set -eu
arch=$(cat /arch)
export TARGET_CC="$arch-linux-gnu-gcc" TARGET_CFLAGS="-specs=/usr/lib/$arch-linux-musl/musl-gcc.specs"
RUSTFLAGS="-C linker=rust-lld -C link-arg=-zpack-relative-relocs" cargo build --locked --release --package generator --target "$arch-unknown-linux-musl"
cp "target/$arch-unknown-linux-musl/release/sbom-indexer" /sbom-indexer
END

FROM scratch
LABEL org.opencontainers.image.title="sbom-indexer" \
      org.opencontainers.image.description="SBOM generator for BuildKit" \
      org.opencontainers.image.source="https://github.com/stellaops/sbom-indexer" \
      org.opencontainers.image.licenses="Apache-2.0" \
      moby.buildkit.frontend.network.none="true" \
      moby.buildkit.frontend.caps="moby.buildkit.frontend.inputs,moby.buildkit.frontend.subrequests,moby.buildkit.frontend.contexts"
COPY --from=build /sbom-indexer /sbom-indexer
USER 65532:65532
ENTRYPOINT ["/sbom-indexer"]
