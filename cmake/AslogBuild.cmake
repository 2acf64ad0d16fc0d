# The target aslog_build_info writes build_info.cpp at every build: the version, the commit, and
# whether the sources were changed since (support/build.h).

set(ASLOG_BUILD_INFO "${PROJECT_BINARY_DIR}/build_info.cpp")

# Flags that decide what the compiler makes, without those of warnings.
string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
get_directory_property(options COMPILE_OPTIONS)
list(FILTER options EXCLUDE REGEX "^-W")
set(flags "-std=c++${CMAKE_CXX_STANDARD} ${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${type}} ${options}")
string(REGEX REPLACE "[ ;]+" " " flags "${flags}")
string(STRIP "${flags}" flags)

add_custom_target(aslog_build_info
    COMMAND "${CMAKE_COMMAND}" "-DSOURCE=${PROJECT_SOURCE_DIR}" "-DVERSION=${PROJECT_VERSION}"
        "-DCOMPILER=${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}, ${flags}"
        "-DTEMPLATE=${PROJECT_SOURCE_DIR}/cmake/build_info.cpp.in" "-DOUTPUT=${ASLOG_BUILD_INFO}"
        -P "${PROJECT_SOURCE_DIR}/cmake/write_build.cmake"
    BYPRODUCTS "${ASLOG_BUILD_INFO}"
    COMMENT "" VERBATIM)
