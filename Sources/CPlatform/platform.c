// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "platform.h"

#include <unistd.h>
#ifdef __linux__
#include <sched.h>
#endif

int fm_available_processors(void) {
#ifdef __linux__
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) {
    return CPU_COUNT(&set);
  }
#endif
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 ? (int)online : 1;
}
