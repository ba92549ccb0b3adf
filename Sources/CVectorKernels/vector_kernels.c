// SPDX-License-Identifier: Apache-2.0

#include "vector_kernels.h"

#include <math.h>
#include <string.h>

// A fused multiply and add rounds once where the original rounds twice.
#pragma STDC FP_CONTRACT OFF

#define INLINE static inline __attribute__((always_inline))

/// Keeps a small array that the loop goes through in registers.
#define UNROLL _Pragma("clang loop unroll(full)")

/// The entries of the widest row for which there is room.
#define WIDEST_ROW 64

/// Rows between the one worked on and the one whose parameters are asked for.
#define PREFETCH_DISTANCE 6

/// The same for scores, which are made faster than steps.
#define SCORE_PREFETCH_DISTANCE 16

/// Rows between the one worked on and the one whose cell is asked for.
#define CELL_PREFETCH_DISTANCE 128

/// In batches no step depends on the one before, so what will be needed can be asked for long before: rows,
/// entries and features between those worked on and those whose numbers are asked for.
#define BATCH_PREFETCH_DISTANCE 48
#define PREFETCHED_ENTRIES 96
#define PREFETCHED_FEATURES 24

typedef double fm_pair __attribute__((vector_size(16)));

INLINE long row_start(const fm_rows *rows, long row) {
  return rows->offsets ? rows->offsets[row] : row * rows->width;
}

INLINE void prefetch_row(const fm_rows *rows, const fm_parameters *parameters, long row) {
  for (long entry = row_start(rows, row); entry < row_start(rows, row + 1); entry++) {
    long id = rows->ids[entry];
    if (parameters->weights) __builtin_prefetch(parameters->weights + id, 0, 3);
    for (long line = 0; line < parameters->stride; line += 8)
      __builtin_prefetch(parameters->factors + id * parameters->stride + line, 0, 3);
  }
}

#if defined(__x86_64__)

#define WIDTH 4
#define NAME(name) name##_4
#pragma clang attribute push(__attribute__((target("avx2,prfchw"))), apply_to = function)
#include "transposing.inc"
#include "row.inc"
#include "scores.inc"
#include "descent.inc"
#include "factor_pass.inc"
#include "batch.inc"
#pragma clang attribute pop
#undef WIDTH
#undef NAME

#define WIDTH 8
#define NAME(name) name##_8
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl,prfchw"))), apply_to = function)
#include "transposing.inc"
#include "row.inc"
#include "scores.inc"
#include "descent.inc"
#include "factor_pass.inc"
#include "batch.inc"
#pragma clang attribute pop

int fm_vector_width(void) {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl"))
    return 8;
  return __builtin_cpu_supports("avx2") ? 4 : 0;
}

long fm_scores(int vector_width, fm_order order, const fm_rows *rows, const fm_parameters *parameters,
               long first, long count, double *scores) {
  switch (vector_width) {
    case 4: return scores_4(order, rows, parameters, first, count, scores);
    case 8: return scores_8(order, rows, parameters, first, count, scores);
    default: return 0;
  }
}

void fm_descend(int vector_width, const fm_rows *rows, const float *targets, const double *weights,
                long count, const fm_parameters *parameters, const fm_steps *steps, double *sums) {
  switch (vector_width) {
    case 4: descend_4(rows, targets, weights, count, parameters, steps, sums); break;
    case 8: descend_8(rows, targets, weights, count, parameters, steps, sums); break;
  }
}

long fm_factor_pass(int vector_width, double *cells, long count, const fm_block *update, const double *start,
                    const fm_block *terms, double *sums) {
  switch (vector_width) {
    case 4: return factor_pass_4(cells, count, update, start, terms, sums);
    case 8: return factor_pass_8(cells, count, update, start, terms, sums);
    default: return 0;
  }
}

void fm_score_batch(int vector_width, const fm_rows *rows, const fm_parameters *parameters,
                    const fm_goals *goals, long first, long count, double *multipliers, double *sums) {
  switch (vector_width) {
    case 4: score_batch_4(rows, parameters, goals, first, count, multipliers, sums); break;
    case 8: score_batch_8(rows, parameters, goals, first, count, multipliers, sums); break;
  }
}

void fm_add_rows(int vector_width, const fm_rows *rows, long count, const double *multipliers,
                 const double *sums, long stride, const fm_gradient *gradient) {
  switch (vector_width) {
    case 4: add_rows_4(rows, count, multipliers, sums, stride, gradient); break;
    case 8: add_rows_8(rows, count, multipliers, sums, stride, gradient); break;
  }
}

void fm_add_entries(int vector_width, const fm_batch_entry *entries, const float *values, long count,
                    const double *multipliers, const double *sums, long stride, const fm_gradient *gradient) {
  switch (vector_width) {
    case 4: add_entries_4(entries, values, count, multipliers, sums, stride, gradient); break;
    case 8: add_entries_8(entries, values, count, multipliers, sums, stride, gradient); break;
  }
}

void fm_step(int vector_width, const fm_rule *weight_rule, const fm_rule *factor_rule, const uint32_t *ids,
             long count, const fm_gradient *gradient, const fm_parameters *parameters, const fm_state *state) {
  switch (vector_width) {
    case 4: step_4(weight_rule, factor_rule, ids, count, gradient, parameters, state); break;
    case 8: step_8(weight_rule, factor_rule, ids, count, gradient, parameters, state); break;
  }
}

#else

int fm_vector_width(void) { return 0; }

long fm_scores(int vector_width, fm_order order, const fm_rows *rows, const fm_parameters *parameters,
               long first, long count, double *scores) {
  return 0;
}

void fm_descend(int vector_width, const fm_rows *rows, const float *targets, const double *weights,
                long count, const fm_parameters *parameters, const fm_steps *steps, double *sums) {}

long fm_factor_pass(int vector_width, double *cells, long count, const fm_block *update, const double *start,
                    const fm_block *terms, double *sums) {
  return 0;
}

void fm_score_batch(int vector_width, const fm_rows *rows, const fm_parameters *parameters,
                    const fm_goals *goals, long first, long count, double *multipliers, double *sums) {}

void fm_add_rows(int vector_width, const fm_rows *rows, long count, const double *multipliers,
                 const double *sums, long stride, const fm_gradient *gradient) {}

void fm_add_entries(int vector_width, const fm_batch_entry *entries, const float *values, long count,
                    const double *multipliers, const double *sums, long stride, const fm_gradient *gradient) {}

void fm_step(int vector_width, const fm_rule *weight_rule, const fm_rule *factor_rule, const uint32_t *ids,
             long count, const fm_gradient *gradient, const fm_parameters *parameters, const fm_state *state) {}

#endif
