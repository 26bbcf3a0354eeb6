// Package asrmock runs asr-mock for a test: url := asrmock.Start(t).
// $ASR_MOCK is the program, else one of the PATH's.
package asrmock

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
)

const run = `exec "${ASR_MOCK:-asr-mock}" "$@"`

func Start(t testing.TB, args ...string) (url string) {
	mock := exec.Command("sh", append([]string{"-c", run, "sh"}, args...)...)
	mock.Stderr = os.Stderr
	out, err := mock.StdoutPipe()
	if err == nil {
		err = mock.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { mock.Process.Signal(syscall.SIGTERM); mock.Wait() })
	if _, err = fmt.Fscanf(out, "ready %s pid", &url); err != nil {
		t.Fatal("asr-mock did not start: ", err)
	}
	return url
}
