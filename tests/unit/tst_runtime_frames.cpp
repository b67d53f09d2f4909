// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/runtime_frames.h"
#include "tests/support/check.h"

#include <vector>

using namespace heaptoll;

namespace {

struct Case {
    const char* function;
    const char* file = "";
    const char* module = "";
};

void checkAll(const std::vector<Case>& cases, bool isRuntime)
{
    for (const Case& one : cases) {
        if (isRuntimeFrame(one.function, one.file, one.module) != isRuntime) {
            test::fail(__FILE__, __LINE__,
                std::string(one.function) + " " + one.file + " " + one.module
                    + (isRuntime ? " should be runtime" : " should be the user's"));
        }
    }
}

} // namespace

TEST(nativeRuntimesAreRecognised)
{
    checkAll({ { "malloc" }, { "__libc_malloc" }, { "operator new(unsigned long)" },
                 { "operator new[](unsigned long, std::align_val_t)" }, { "_Znwm" },
                 { "std::vector<int, std::allocator<int> >::_M_realloc_insert<int>(int&&)" },
                 { "void std::vector<app::Item>::_M_realloc_insert<app::Item const&>(app::Item const&)" },
                 { "std::__cxx11::basic_string<char>::_M_create(unsigned long&, unsigned long)" },
                 { "__gnu_cxx::new_allocator<int>::allocate(unsigned long, void const*)" }, { "je_malloc" },
                 { "tc_new" }, { "posix_memalign@@GLIBC_2.2.5" }, { "start_thread" }, { "helper", "./malloc/malloc.c" },
                 { "anything", "/usr/include/c++/12/bits/stl_vector.h" },
                 { "", "", "/usr/lib/x86_64-linux-gnu/libc.so.6" }, { "x", "", "/lib/ld-linux-x86-64.so.2" } },
        true);
    checkAll({ { "main" }, { "mallocCounter" }, { "app::malloc_pool(int)" }, { "free_list_init" },
                 { "load(std::vector<int>)" }, { "std::vector<int> app::make<int>(int)" },
                 { "app::operator new_thing()" }, { "bool app::operator< <int>(std::pair<int, int> const&)" },
                 { "(anonymous namespace)::load(std::string const&)" },
                 { "app::Cache::get(int)", "/home/me/src/cache.cpp", "/usr/bin/app" }, { "", "", "/usr/bin/app" } },
        false);
}

TEST(rustLibrariesAreRecognised)
{
    checkAll({ { "alloc::raw_vec::RawVec<T,A>::reserve::do_reserve_and_handle" }, { "__rust_alloc" }, { "__rdl_alloc" },
                 { "<alloc::vec::Vec<T> as core::clone::Clone>::clone" }, { "core::ops::function::FnOnce::call_once" },
                 { "push", "/rustc/9fc6b43126469e3858e2fe86cafb4f0fd5068869/library/alloc/src/vec/mod.rs" } },
        true);
    checkAll({ { "app::cache::insert" }, { "<app::Item as core::clone::Clone>::clone" },
                 { "<alloc::vec::Vec<T> as app::Encode>::encode" }, { "allocator::run" } },
        false);
}

TEST(goRuntimeAndStandardLibraryAreRecognised)
{
    checkAll({ { "runtime.mallocgc", "/usr/lib/go-1.19/src/runtime/malloc.go" }, { "runtime.mallocgc" },
                 { "bytes.growSlice", "/usr/local/go/src/bytes/buffer.go" },
                 { "encoding/json.(*Decoder).Decode", "/usr/lib/go-1.19/src/encoding/json/stream.go" },
                 { "net/http.(*conn).serve", "/root/sdk/go1.22.1/src/net/http/server.go" },
                 { "net/http.(*conn).serve", "net/http/server.go" }, // -trimpath
                 { "slices.SortFunc[go.shape.[]app/x.T,app/x.T]", "/usr/local/go/src/slices/sort.go" },
                 { "vendor/golang.org/x/net/http2/hpack.NewEncoder",
                     "/usr/lib/go-1.19/src/vendor/golang.org/x/net/http2/hpack/encode.go" } },
        true);
    checkAll({ { "main.main", "/usr/lib/go-1.19/src/cmd/x/main.go" },
                 { "main.(*SessionStore).Touch", "/home/me/go/src/orderd/main.go" },
                 { "orderd/bytes.Grow", "/home/me/go/src/orderd/bytes/grow.go" },
                 { "bytes.Grow", "/home/me/project/bytes/grow.go" },
                 { "github.com/x/y.F", "/home/me/go/pkg/mod/github.com/x/y@v1/y.go" },
                 { "golang.org/x/net/http2.F", "/home/me/go/src/golang.org/x/net/http2/f.go" },
                 { "log.Setup", "log.go" }, { "runtimes.New" }, { "config.Load", "config/load.go" } },
        false);
}

TEST(managedRuntimesAreRecognised)
{
    checkAll({ { "java.util.HashMap.resize" }, { "java/util/ArrayList.grow" }, { "jdk.internal.misc.Unsafe.allocate" },
                 { "sun.nio.ch.Net.poll" }, { "PyObject_Malloc" }, { "_PyEval_EvalFrameDefault" }, { "PyList_New" },
                 { "list_resize", "", "/usr/lib/libpython3.11.so.1.0" },
                 { "loads", "/usr/lib/python3.11/json/__init__.py" }, { "<module>", "<frozen importlib._bootstrap>" },
                 { "v8::internal::Heap::AllocateRaw(int)" }, { "node::Buffer::New(v8::Isolate*, unsigned long)" },
                 { "processTicksAndRejections", "node:internal/process/task_queues" }, { "(V8 API)" },
                 { "(garbage collector)" } },
        true);
    checkAll({ { "com.acme.Cart.add" }, { "javascript.Engine.run" }, { "PyramidBuilder::build()" },
                 { "PyCache::get()" }, { "load", "/usr/lib/python3/dist-packages/acme/load.py" },
                 { "load", "/home/me/.venv/lib/python3.11/site-packages/acme/load.py" },
                 { "handler", "/srv/app/server.js" }, { "(anonymous)", "/srv/app/server.js" }, { "" } },
        false);
}

HEAPTOLL_TEST_MAIN
