// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/runtime_frames.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

namespace heaptoll {
namespace {

// The rules, as tables: README.md of this folder explains them. Each table is asked about the *name* of the function,
// without return type and arguments; a rule that could hit user code by its name alone also looks at file or module.

/// C allocation functions and program start, by exact name.
constexpr std::array kCFunctions = std::to_array<std::string_view>(
    { "malloc", "calloc", "realloc", "reallocarray", "free", "cfree", "aligned_alloc", "posix_memalign", "memalign",
        "valloc", "pvalloc", "strdup", "strndup", "asprintf", "vasprintf", "mmap", "mmap64", "munmap", "mremap", "sbrk",
        "brk", "_int_malloc", "_int_realloc", "_int_free", "_int_memalign", "sysmalloc", "systrim",
        "malloc_consolidate", "tcache_init", "ptmalloc_init", "_start", "start_thread", "clone", "clone3", "__clone",
        "__clone3", "_dl_init", "call_init", "_dl_start_user", "xmalloc", "xcalloc", "xrealloc", "xmemalign" });

/// Prefixes of names that belong to the C, C++ and allocator libraries.
constexpr std::array kNativePrefixes =
    std::to_array<std::string_view>({ "__libc_", "__GI_", "__gnu_cxx::", "__cxxabiv1::", "__cxa_", "_Znw", "_Zna",
        "_ZnwRK", "_Zdl", "_Zda", "operator new", "operator delete", "std::", "je_", "jemalloc", "_rjem_", "tc_malloc",
        "tc_new", "tc_calloc", "tc_realloc", "tc_memalign", "tcmalloc::", "mi_malloc", "mi_calloc", "mi_realloc",
        "mi_heap_", "mi_new", "_mi_", "mallocng_", "__interceptor_", "__asan_", "__sanitizer",
        // Rust: the allocator shims; alloc::, core:: and std:: as crates
        "__rust_", "__rdl_", "__rg_", "rust_begin_unwind", "alloc::", "core::",
        // CPython's C API
        "_Py", "pymalloc_", "_PyObject_",
        // V8 and Node
        "v8::", "node::", "cppgc::" });

/// Classes of the Java platform. Names may be written with dots or with slashes.
constexpr std::array kJavaPrefixes = std::to_array<std::string_view>(
    { "java.", "javax.", "jdk.", "sun.", "com.sun.", "java/", "javax/", "jdk/", "sun/", "com/sun/" });

/// First elements of the import paths of Go's standard library. Source: the folders of $GOROOT/src, Go 1.19 to 1.24.
constexpr std::array kGoPackages = std::to_array<std::string_view>({ "archive", "arena", "bufio", "builtin", "bytes",
    "cmp", "compress", "container", "context", "crypto", "database", "debug", "embed", "encoding", "errors", "expvar",
    "flag", "fmt", "go", "hash", "html", "image", "index", "internal", "io", "iter", "log", "maps", "math", "mime",
    "net", "os", "path", "plugin", "reflect", "regexp", "runtime", "slices", "sort", "strconv", "strings", "structs",
    "sync", "syscall", "testing", "text", "time", "unicode", "unique", "unsafe", "vendor", "weak" });

/// Parts of file paths that only a runtime or a standard library has.
constexpr std::array kFileParts = std::to_array<std::string_view>({ "/usr/include/c++/", "/include/c++/v1/",
    "/libstdc++-v3/", "/sysdeps/", "/nptl/", "/library/alloc/src/", "/library/core/src/", "/library/std/src/",
    "/library/backtrace/", "/glibc-", "/jemalloc/src/", "/gperftools/src/" });
/// ... and starts of them: glibc names its files "./malloc/malloc.c", Node its own "node:internal/...".
constexpr std::array kFilePrefixes = std::to_array<std::string_view>({ "./malloc/", "../sysdeps/", "../nptl/",
    "../csu/", "./csu/", "./nptl/", "./libio/", "./stdlib/", "node:", "<frozen ", "bootstrap_node.js" });

/// Shared objects that are runtimes, by the start of their file name.
constexpr std::array kModules = std::to_array<std::string_view>({ "libc.so", "libc-2.", "libstdc++.so", "libc++.so",
    "libc++abi.so", "libgcc_s.so", "libm.so", "libm-2.", "libpthread", "libdl.so", "librt.so", "ld-linux", "ld-2.",
    "ld-musl", "libjemalloc", "libtcmalloc", "libmimalloc", "libheaptrack_preload", "libheaptrack_inject", "vgpreload_",
    "libasan.so", "libpython2", "libpython3", "libjvm.so", "libnode.so", "libv8" });

/// What V8 calls the places that are not functions.
constexpr std::array kV8Names =
    std::to_array<std::string_view>({ "(V8 API)", "(GC)", "(garbage collector)", "(program)", "(idle)",
        "(BYTECODE_COMPILER)", "(COMPILER)", "(EXTERNAL)", "(IC)", "(PARSER)", "(JS)", "(LOGGING)" });

bool isOneOf(std::span<const std::string_view> list, std::string_view text)
{
    return std::ranges::find(list, text) != list.end();
}

bool startsWithOneOf(std::span<const std::string_view> list, std::string_view text)
{
    return std::ranges::any_of(list, [&](std::string_view prefix) { return text.starts_with(prefix); });
}

std::string_view baseName(std::string_view path)
{
    const std::size_t slash = path.find_last_of("/\\");
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

/// The qualified name in a demangled C++ signature: "std::vector<int> app::make<int>(int)" -> "app::make<int>(int)".
/// Only templates are printed with their return type, so the name begins after the last space outside of brackets.
std::string_view withoutReturnType(std::string_view function)
{
    std::size_t start = 0;
    int depth = 0;
    for (std::size_t i = 0; i < function.size(); ++i) {
        const std::string_view rest = function.substr(i);
        if (rest.starts_with("operator")) {
            break; // what follows may hold spaces and brackets of its own
        }
        const char c = function[i];
        if (c == '(' && depth == 0 && !rest.starts_with("(anonymous namespace)")) {
            break;
        }
        depth += c == '<' || c == '(' || c == '{' ? 1 : 0;
        depth -= c == '>' || c == ')' || c == '}' ? 1 : 0;
        if (c == ' ' && depth == 0 && rest.size() > 1 && rest[1] != '(') {
            start = i + 1;
        }
    }
    return function.substr(start);
}

bool isRustLibraryPath(std::string_view path)
{
    while (path.starts_with('&') || path.starts_with('*')) {
        path.remove_prefix(1);
    }
    return path.starts_with("alloc::") || path.starts_with("core::") || path.starts_with("std::")
        || path.starts_with("hashbrown::");
}

/// "<alloc::vec::Vec<T> as core::clone::Clone>::clone": library code when the type and the trait are of the library.
bool isRustImplementation(std::string_view function)
{
    if (!function.starts_with('<')) {
        return false;
    }
    const std::size_t as = function.find(" as ");
    const std::string_view type = function.substr(1);
    if (as == std::string_view::npos) {
        return isRustLibraryPath(type);
    }
    return isRustLibraryPath(type) && isRustLibraryPath(function.substr(as + 4));
}

/// Import path of a Go function: "encoding/json.(*Decoder).Decode" -> "encoding/json". Empty when it is none.
std::string_view goImportPath(std::string_view function)
{
    const std::string_view head = function.substr(0, function.find_first_of("[("));
    const std::size_t slash = head.rfind('/');
    const std::size_t dot = head.find('.', slash == std::string_view::npos ? 0 : slash);
    return dot == std::string_view::npos ? std::string_view {} : head.substr(0, dot);
}

/// A function of the Go runtime or standard library: its import path is one of the library, and so is its file,
/// "$GOROOT/src/<import path>/x.go" (any GOROOT) or, built with -trimpath, "<import path>/x.go".
bool isGoLibrary(std::string_view function, std::string_view file)
{
    const std::string_view path = goImportPath(function);
    if (path.empty() || !isOneOf(kGoPackages, path.substr(0, path.find('/')))) {
        return false;
    }
    if (file.empty()) {
        return path == "runtime" || path.starts_with("runtime/");
    }
    const std::string_view base = baseName(file);
    if (!base.ends_with(".go") && !base.ends_with(".s")) {
        return false;
    }
    std::string_view folder = file.substr(0, file.size() - base.size());
    if (!folder.ends_with('/')) {
        return false;
    }
    folder.remove_suffix(1);
    if (folder == path) {
        return true;
    }
    if (!folder.ends_with(path)) {
        return false;
    }
    folder.remove_suffix(path.size());
    return folder.ends_with("/src/") && folder.find("/go") != std::string_view::npos;
}

/// CPython's C API is named PyType_Verb; a class of the user that begins with Py has no underscore.
bool isCPython(std::string_view name)
{
    return name.size() > 3 && name.starts_with("Py") && name[2] >= 'A' && name[2] <= 'Z'
        && name.substr(0, name.find_first_of("(<:")).find('_') != std::string_view::npos;
}

/// A module of Python's standard library, not one that was installed.
bool isPythonLibrary(std::string_view file)
{
    const std::size_t at = file.find("/lib/python");
    return at != std::string_view::npos && file.ends_with(".py")
        && file.find("-packages/", at) == std::string_view::npos;
}

bool isLibraryFile(std::string_view file)
{
    if (file.empty()) {
        return false;
    }
    const bool hasPart =
        std::ranges::any_of(kFileParts, [&](std::string_view p) { return file.find(p) != std::string_view::npos; });
    return hasPart || startsWithOneOf(kFilePrefixes, file) || isPythonLibrary(file);
}

} // namespace

bool isRuntimeFrame(std::string_view function, std::string_view file, std::string_view module)
{
    if (isLibraryFile(file) || startsWithOneOf(kModules, baseName(module))) {
        return true;
    }
    if (function.empty()) {
        return false;
    }
    if (isGoLibrary(function, file) || isOneOf(kV8Names, function) || isRustImplementation(function)) {
        return true;
    }
    const std::string_view name = withoutReturnType(function);
    const std::string_view plain = name.substr(0, name.find_first_of("(@"));
    return isOneOf(kCFunctions, plain) || startsWithOneOf(kNativePrefixes, name) || isCPython(name)
        || startsWithOneOf(kJavaPrefixes, function);
}

} // namespace heaptoll
