# SPDX-License-Identifier: Apache-2.0
# One function per kind of target: warnings, sanitizers and output folders live here and nowhere else.

set(HEAPTOLL_IMPORTER_DIR ${CMAKE_BINARY_DIR}/lib/heaptoll/importers)

function(_heaptoll_common target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
    -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough
    # restrict: false alarms in std::string of g++ 12 (GCC bug 105651)
    $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op -Wno-restrict>
    $<$<BOOL:${HEAPTOLL_WERROR}>:-Werror>)
  target_compile_definitions(${target} PRIVATE
    $<$<NOT:$<CONFIG:Release>>:_GLIBCXX_ASSERTIONS>)
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)
  if(HEAPTOLL_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=${HEAPTOLL_SANITIZE} -fno-omit-frame-pointer
      -fno-sanitize-recover=all)
    target_link_options(${target} PRIVATE -fsanitize=${HEAPTOLL_SANITIZE})
  endif()
  if(HEAPTOLL_FUZZ)
    target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
  if(HEAPTOLL_COVERAGE)
    target_compile_options(${target} PRIVATE --coverage -O0)
    target_link_options(${target} PRIVATE --coverage)
  endif()
  if(CMAKE_BUILD_TYPE STREQUAL "Release")
    target_compile_options(${target} PRIVATE -g1 -D_FORTIFY_SOURCE=2 -fstack-protector-strong)
    target_link_options(${target} PRIVATE -Wl,-z,relro,-z,now)
  endif()
endfunction()

# Qt definitions for targets that link Qt.
function(_heaptoll_qt target)
  target_compile_definitions(${target} PRIVATE QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII
    QT_NO_CAST_FROM_BYTEARRAY QT_NO_URL_CAST_FROM_STRING QT_NO_FOREACH
    QT_NO_NARROWING_CONVERSIONS_IN_CONNECT QT_USE_QSTRINGBUILDER QT_DISABLE_DEPRECATED_BEFORE=0x060400)
endfunction()

# heaptoll_add_library(NAME model SOURCES ... LINK ... [PRIVATE_LINK ...] [QT])  -> heaptoll_model, Heaptoll::model
function(heaptoll_add_library)
  cmake_parse_arguments(A "QT" "NAME" "SOURCES;LINK;PRIVATE_LINK" ${ARGN})
  set(target heaptoll_${A_NAME})
  add_library(${target} STATIC ${A_SOURCES})
  add_library(Heaptoll::${A_NAME} ALIAS ${target})
  _heaptoll_common(${target})
  target_include_directories(${target} INTERFACE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${target} PUBLIC ${A_LINK} PRIVATE ${A_PRIVATE_LINK})
  if(A_QT)
    _heaptoll_qt(${target})
  endif()
endfunction()

# heaptoll_add_importer(NAME pprof PARSER pprof_parser.cpp ... PLUGIN pprof_importer.cpp)
# Makes heaptoll_<name>_parser (OBJECT, Qt-free; tests and fuzzers link it) and the plugin MODULE that is
# loaded by its JSON metadata (importer.json beside the sources).
function(heaptoll_add_importer)
  cmake_parse_arguments(A "" "NAME" "PARSER;PLUGIN" ${ARGN})
  set(parser heaptoll_${A_NAME}_parser)
  add_library(${parser} OBJECT ${A_PARSER})
  add_library(Heaptoll::${A_NAME}_parser ALIAS ${parser})
  _heaptoll_common(${parser})
  target_link_libraries(${parser} PUBLIC Heaptoll::sdk Heaptoll::sdk_support)
  set(plugin heaptoll_importer_${A_NAME})
  add_library(${plugin} MODULE ${A_PLUGIN})
  _heaptoll_common(${plugin})
  _heaptoll_qt(${plugin})
  set_target_properties(${plugin} PROPERTIES AUTOMOC ON PREFIX "" OUTPUT_NAME ${A_NAME}
    LIBRARY_OUTPUT_DIRECTORY ${HEAPTOLL_IMPORTER_DIR})
  set_property(TARGET ${plugin} APPEND PROPERTY AUTOMOC_DEPEND_FILTERS "Q_PLUGIN_METADATA" "FILE[ \t]*\"([^\"]+)\"")
  target_link_libraries(${plugin} PRIVATE ${parser} Heaptoll::sdk Heaptoll::sdk_support Qt6::Core)
  install(TARGETS ${plugin} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/heaptoll/importers)
  set_property(GLOBAL APPEND PROPERTY HEAPTOLL_IMPORTERS ${plugin})
endfunction()

# heaptoll_add_test(NAME money SOURCES tst_money.cpp LINK Heaptoll::base [LABELS unit] [QT_FREE])
# Tests are Qt Test programs; QT_FREE ones have a plain main and get the label qt_free: they run under the thread
# sanitizer as well, where Debian's Qt, which is not instrumented, would only raise false alarms.
function(heaptoll_add_test)
  cmake_parse_arguments(A "QT_FREE" "NAME" "SOURCES;LINK;LABELS" ${ARGN})
  set(target tst_${A_NAME})
  add_executable(${target} ${A_SOURCES})
  _heaptoll_common(${target})
  target_link_libraries(${target} PRIVATE ${A_LINK})
  if(A_QT_FREE)
    list(APPEND A_LABELS qt_free)
  else()
    set_target_properties(${target} PROPERTIES AUTOMOC ON)
    target_compile_definitions(${target} PRIVATE QT_USE_QSTRINGBUILDER)
    target_link_libraries(${target} PRIVATE Qt6::Core Qt6::Test)
  endif()
  if("threads" IN_LIST A_LABELS)
    add_dependencies(heaptoll_thread_tests ${target})
  endif()
  target_compile_definitions(${target} PRIVATE
    HEAPTOLL_SOURCE_DIR="${CMAKE_SOURCE_DIR}" HEAPTOLL_BINARY_DIR="${CMAKE_BINARY_DIR}"
    HEAPTOLL_TEST_IMPORTER_DIR="${HEAPTOLL_IMPORTER_DIR}" HEAPTOLL_TEST_ZSTD=$<BOOL:${HEAPTOLL_WITH_ZSTD}>)
  get_property(importers GLOBAL PROPERTY HEAPTOLL_IMPORTERS)
  if(importers AND NOT A_QT_FREE)
    add_dependencies(${target} ${importers})
  endif()
  add_test(NAME ${A_NAME} COMMAND ${target})
  set_tests_properties(${A_NAME} PROPERTIES LABELS "${A_LABELS}" TIMEOUT 600 SKIP_RETURN_CODE 77 ENVIRONMENT
    "QT_QPA_PLATFORM=offscreen;LC_ALL=C.UTF-8;TZ=Pacific/Chatham;HEAPTOLL_PLUGIN_PATH=${HEAPTOLL_IMPORTER_DIR};XDG_CONFIG_HOME=${CMAKE_BINARY_DIR}/xdg/config;XDG_STATE_HOME=${CMAKE_BINARY_DIR}/xdg/state;XDG_DATA_HOME=${CMAKE_BINARY_DIR}/xdg/data;XDG_CACHE_HOME=${CMAKE_BINARY_DIR}/xdg/cache")
endfunction()

# heaptoll_add_fuzzer(NAME pprof SOURCES fuzz_pprof.cpp LINK Heaptoll::pprof_parser)
# With HEAPTOLL_FUZZ a libFuzzer binary fuzz_<name>; otherwise the same entry point with a main that replays
# tests/fuzz/corpus/<name>, so that fuzzers never rot.
function(heaptoll_add_fuzzer)
  cmake_parse_arguments(A "" "NAME" "SOURCES;LINK" ${ARGN})
  set(target fuzz_${A_NAME})
  add_executable(${target} ${A_SOURCES})
  _heaptoll_common(${target})
  target_link_libraries(${target} PRIVATE ${A_LINK})
  if(HEAPTOLL_FUZZ)
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(${target} PRIVATE ${CMAKE_SOURCE_DIR}/tests/fuzz/replay_main.cpp)
    add_test(NAME fuzz_replay_${A_NAME} COMMAND ${target} ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${A_NAME})
    set_tests_properties(fuzz_replay_${A_NAME} PROPERTIES LABELS fuzz)
  endif()
endfunction()
