// SPDX-License-Identifier: Apache-2.0
// Kernels for vectors wider than those of the baseline that the package is compiled for. Swift has no way to
// compile one function for another processor; C has, so that the choice is made when the program runs. Each
// does the operations of its Swift counterpart in the same order, so it gives the same bits.

#ifndef VECTOR_KERNELS_H
#define VECTOR_KERNELS_H

#include <stdbool.h>
#include <stdint.h>

/// What this processor's vectors hold: 8 or 4 doubles, or 0 where there is no kernel for it.
int fm_vector_width(void);

/// Rows of a sparse matrix.
typedef struct {
  /// The entries of row r begin at offsets[r], or at r * width without offsets.
  const long *offsets;
  long width;
  const uint32_t *ids;
  /// Absent when all values are 1.
  const float *values;
} fm_rows;

/// The parameters of a machine; a feature's factors begin at a multiple of `stride` doubles.
typedef struct {
  /// Absent without bias.
  double *bias;
  /// Absent without linear weights.
  double *weights;
  double *factors;
  long factor_count;
  long stride;
  /// Whether to ask for the parameters of later rows ahead.
  bool prefetches;
} fm_parameters;

/// The order in which the terms of a score are added.
typedef enum { fm_order_by_factor, fm_order_by_column } fm_order;

/// Writes the scores of the rows from `first` on, `vector_width` rows at a time, to `scores`.
///
/// Gives the number of rows done: fewer than `count` at the end, and before rows with very many entries.
/// The stride must be a multiple of the vector width, which must be at most that of the processor.
long fm_scores(int vector_width, fm_order order, const fm_rows *rows, const fm_parameters *parameters,
               long first, long count, double *scores);

/// The rates, penalties and target range of stochastic gradient descent.
typedef struct {
  double bias_rate, weight_rate, factor_rate;
  double bias_penalty, weight_penalty, factor_penalty;
  double lower, upper;
  bool is_classification;
} fm_steps;

/// Takes one gradient step for each of `count` rows, in order; `weights`, if there are any, multiply the
/// losses of the rows.
///
/// `sums` has room for `stride` doubles. The stride must be a multiple of the vector width, which must be at
/// most that of the processor.
void fm_descend(int vector_width, const fm_rows *rows, const float *targets, const double *weights,
                long count, const fm_parameters *parameters, const fm_steps *steps, double *sums);

/// Features of which every row has exactly one, and their factor at work.
typedef struct {
  /// The feature of each row; absent when there is but one feature, which then has values.
  const uint32_t *ids;
  /// The feature's value in each row; absent when all are 1.
  const float *values;
  /// (v, change) of each feature: the factor at the start of its update, and what that lowers it by.
  const double *table;
} fm_block;

/// A pass over `count` rows, whose cells (error, q = Σ v x) stand in pairs, for one factor in ALS and MCMC:
/// brings the changes of `update` to the cells, takes q from `start` for a factor that begins, and adds
/// (Σ h e, Σ h²), h = x (q − x v), to the `sums` of each feature of `terms`, rows ascending. Each of the three
/// may be absent.
///
/// Gives the number of rows done, fewer than `count` at the end. The vector width must be at most that of the
/// processor.
long fm_factor_pass(int vector_width, double *cells, long count, const fm_block *update, const double *start,
                    const fm_block *terms, double *sums);

#endif
