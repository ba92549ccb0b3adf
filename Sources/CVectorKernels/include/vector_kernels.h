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

/// Targets of rows, and what the losses count if that differs from row to row.
typedef struct {
  const float *targets;
  const double *weights;
  /// The range of the targets and the kind of loss.
  const fm_steps *steps;
} fm_goals;

/// Writes the derivatives of the losses of `count` rows from `first` on by their scores to `multipliers`, and
/// Σ v x to `sums`, a stride of factors a row; both begin with row 0.
///
/// There must be at least `vector_width` rows; the stride must be a multiple of the vector width, which must be
/// at most that of the processor.
void fm_score_batch(int vector_width, const fm_rows *rows, const fm_parameters *parameters,
                    const fm_goals *goals, long first, long count, double *multipliers, double *sums);

/// Sums over a batch, with m the multiplier of a row and s its Σ v x.
typedef struct {
  /// For each feature Σ m x, the number of its entries, and Σ m x² unless all values are 1.
  double *moments;
  long moment_stride;
  /// For each feature Σ m x s.
  double *factors;
  long factor_stride;
  /// A bit for each feature that occurs.
  uint8_t *touched;
  bool has_values;
  /// Whether to ask for sums ahead.
  bool prefetches;
  /// What turns sums into the gradient.
  double per_row, clipping;
} fm_gradient;

/// An entry of a batch: its feature and its row.
typedef struct {
  uint32_t id, row;
} fm_batch_entry;

/// Adds the gradients of all entries of the first `count` rows, in order.
void fm_add_rows(int vector_width, const fm_rows *rows, long count, const double *multipliers,
                 const double *sums, long stride, const fm_gradient *gradient);

/// Adds the gradients of some entries, in order; without `values` all are 1.
void fm_add_entries(int vector_width, const fm_batch_entry *entries, const float *values, long count,
                    const double *multipliers, const double *sums, long stride, const fm_gradient *gradient);

typedef enum { fm_rule_adam, fm_rule_adagrad, fm_rule_ftrl } fm_rule_kind;

/// How an optimizer moves parameters in one batch.
typedef struct {
  fm_rule_kind kind;
  double rate, penalty;
  /// Of Adam and AdaGrad.
  double decay1, decay2, correction, epsilon;
  /// Of FTRL-Proximal: what is added to the root of the sum of squares, and the rate times the L1 penalty.
  double ridge, threshold;
  bool is_lasso;
} fm_rule;

/// What an optimizer keeps: one number a parameter, or a second one at a distance.
typedef struct {
  double *weights;
  long weight_stride, second_weight;
  double *factors;
  long factor_stride, second_factor;
} fm_state;

/// Moves the parameters of some features against their gradient, and clears the sums.
///
/// The stride must be 1, 2, or a multiple of the vector width.
void fm_step(int vector_width, const fm_rule *weight_rule, const fm_rule *factor_rule, const uint32_t *ids,
             long count, const fm_gradient *gradient, const fm_parameters *parameters, const fm_state *state);

#endif
