// A registry in memory that has the Referrers API, on a free port, which it prints.
package main

import (
	"fmt"
	"log"
	"net"
	"net/http"
	"os"

	"github.com/google/go-containerregistry/pkg/registry"
)

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("localhost:%d\n", listener.Addr().(*net.TCPAddr).Port)
	os.Stdout.Close()
	log.Fatal(http.Serve(listener, registry.New(registry.WithReferrersSupport(true))))
}
