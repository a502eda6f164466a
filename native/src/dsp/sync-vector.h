// Builds a hot loop once per vector width where the compiler and loader can choose at run time.
#pragma once

#include <cstddef>

#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(__clang__) && defined(__GLIBC__)
#define SYNC_VECTOR_CLONES __attribute__((target_clones("arch=x86-64-v3", "default")))
#else
#define SYNC_VECTOR_CLONES
#endif

#if defined(_MSC_VER)
#define __restrict__ __restrict
#endif
