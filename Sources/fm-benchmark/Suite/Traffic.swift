// SPDX-License-Identifier: Apache-2.0

/// How many bytes an iteration moves at the least between the cores and wherever the numbers are.
///
/// The model is that of the plain algorithms. Data are read once a pass. A parameter or a cached error
/// is read where an entry uses it and written where it changes, but once a row (or a column) however
/// often it is used there. Nothing is assumed to stay in a cache between two rows or columns, so where
/// the parameters fit in a cache more bytes may be moved than memory could bring. Where an
/// implementation passes over the data for several factors at once, it needs fewer than are counted.
///
/// With *k* factors, *z* entries in *n* rows, and *s* bytes an entry (an id of 4 bytes, and a value of
/// 4 unless all are 1):
///
/// - A score takes *s* + 8 (*k* + 1) bytes an entry, and 4 for the row's target.
/// - SGD: a step on each row reads and writes the parameters, *z* (*s* + 16 (*k* + 1)) + 4 *n*; then all
///   training and test rows are scored for the figures.
/// - SGDA: as SGD, and for each training row the score of a validation row, with the parameters before
///   the last step beside those after it, *s* + 16 (*k* + 1) an entry.
/// - Learning in batches: each entry reads its parameters, *z* (*s* + 8 (*k* + 1)) + 4 *n*; the row's sums
///   are written, 8 *k* *n*, and each entry reads them and reads and writes its sums in the gradient,
///   *z* (8 *k* + 16 (*k* + 2)); then rows are scored as for SGD. What moving the parameters takes depends
///   on how many features a batch has, and is not counted.
/// - ALS and MCMC: for the bias the errors are read and written, 16 *n*. For the linear weights each
///   entry, in the order of columns, reads and writes the error of its row, *z* (*s* + 16). For each
///   factor the sums ∑ⱼ vⱼ xⱼ of all rows are made from the rows, *z* *s* + 8 *n*, and then each entry
///   reads and writes a row's error and sum, *z* (*s* + 32). The training rows' figures read the
///   errors, 8 *n*, and the test rows are scored.
///
/// A relation counts as the entries of its table and one entry, its row's number, for each case.
struct Traffic {
  /// The number of factors, *k*.
  var factorCount: Int

  var counts: DataCounts

  /// The bytes of one iteration.
  func bytesPerIteration(_ method: SuiteCase.Method) -> Double {
    switch method {
    case .sgd: descent
    case .sgda: descent + validation
    case .adam, .adagrad, .ftrl: batches
    case .als, .mcmc: sweeps + scores(of: counts.test)
    }
  }

  private var descent: Double {
    Double(counts.train.entryCount) * (entrySize(counts.train) + 2 * parameterSize)
      + 4 * Double(counts.train.rowCount) + scores(of: counts.train) + scores(of: counts.test)
  }

  private var batches: Double {
    let factors = Double(factorCount)
    return 2 * scores(of: counts.train) + 8 * factors * Double(counts.train.rowCount)
      + Double(counts.train.entryCount) * (24 * factors + 32) + scores(of: counts.test)
  }

  /// The validation rows are the test rows.
  private var validation: Double {
    let part = counts.test
    let entriesPerRow = Double(part.entryCount) / Double(max(1, part.rowCount))
    return Double(counts.train.rowCount)
      * (entriesPerRow * (entrySize(part) + 2 * parameterSize) + 4)
  }

  private var sweeps: Double {
    let rows = Double(counts.train.rowCount)
    let entries = entries(of: counts.train)
    let weights = entries.bytes + 16 * entries.count
    let factor = 2 * entries.bytes + 8 * rows + 32 * entries.count
    return 24 * rows + weights + Double(factorCount) * factor
  }

  private func scores(of part: DataCounts.Part) -> Double {
    let entries = entries(of: part)
    return entries.bytes + entries.count * parameterSize + 4 * Double(part.rowCount)
  }

  /// The entries of cases, those of the relations included.
  private func entries(of part: DataCounts.Part) -> (count: Double, bytes: Double) {
    var count = Double(part.entryCount)
    var bytes = count * entrySize(part)
    for relation in counts.relations {
      count += Double(part.rowCount + relation.entryCount)
      bytes += 4 * Double(part.rowCount) + Double(relation.entryCount) * entrySize(relation)
    }
    return (count, bytes)
  }

  private func entrySize(_ part: DataCounts.Part) -> Double { part.hasValues ? 8 : 4 }

  /// A linear weight and the factors of a feature.
  private var parameterSize: Double { 8 * Double(factorCount + 1) }
}
