// SPDX-License-Identifier: Apache-2.0
// What Swift has no spelling for: processor hints, which change no result, and a system call.

#ifndef PLATFORM_H
#define PLATFORM_H

/// Asks the processor to bring the cache line at `address` near.
static inline void fm_prefetch(const void *address) {
  __builtin_prefetch(address, 0, 3);
}

/// Asks the processor to bring the cache line at `address` near for writing to it.
///
/// A line that another core has written comes without a second request when it is written to.
static inline void fm_prefetch_to_write(const void *address) {
#if defined(__x86_64__)
  // Compilers take this instruction for an extension, but no x86-64 processor lacks the encoding: the
  // oldest do nothing.
  __asm__ volatile("prefetchw %0" : : "m"(*(const char *)address));
#else
  __builtin_prefetch(address, 1, 3);
#endif
}

/// Tells the processor that the calling thread waits in a short loop.
static inline void fm_spin_hint(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/// The number of processors that this process may run on; at least 1.
int fm_available_processors(void);

#endif
