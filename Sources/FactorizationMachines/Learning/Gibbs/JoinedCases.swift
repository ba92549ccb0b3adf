// SPDX-License-Identifier: Apache-2.0

/// The training cases as the sweeps over relations keep them.
///
/// Each worker has a range of the rows of every relation and with them the cases that refer to these rows;
/// it visits them in their own order, so that every sum over the cases of a row is made in that order.
/// The cases are stored sorted by the workers that they belong to in each relation: then two workers
/// hardly ever write to the same cache line.
final class JoinedCases {
  /// (e, q) of the case at each place.
  let cells: AlignedBuffer<RowCell>

  /// The case at each place and the place of each case; absent when they are the same.
  private let cases: AlignedBuffer<UInt32>?
  private let places: AlignedBuffer<UInt32>?

  /// What the case at each place counts; nil for 1.
  private let weights: AlignedBuffer<Double>?

  private let relations: [Mapping]

  /// The cases of one relation.
  private struct Mapping {
    /// The row that the case at each place refers to.
    let rows: AlignedBuffer<UInt32>

    /// The places that each worker visits, worker after worker; absent when there is one worker.
    let lists: AlignedBuffer<UInt32>?

    /// Where in `lists` those of each worker begin, and where the last ones end.
    let starts: [Int]

    /// The rows that each worker adds up for.
    let shares: [Range<Int>]
  }

  /// - Throws: ``OutOfMemoryError``.
  init(
    caseCount: Int, caseWeights: AlignedBuffer<Double>?, relations: [RelationState],
    pool: WorkerPool
  ) throws(OutOfMemoryError) {
    cells = try AlignedBuffer(count: caseCount)
    let workerCount = pool.workerCount
    guard workerCount > 1 else {
      cases = nil
      places = nil
      weights = caseWeights
      self.relations = relations.map {
        Mapping(
          rows: $0.trainMapping, lists: nil, starts: [0, caseCount],
          shares: [0..<$0.blockRows.count])
      }
      return
    }
    var shares: [[Range<Int>]] = []
    for relation in relations {
      shares.append(try JoinedCases.shares(ofRowsOf: relation, workerCount: workerCount))
    }
    var owners: [AlignedBuffer<UInt32>] = []
    for shares in shares { owners.append(try JoinedCases.owners(shares)) }
    let (cases, places) = try JoinedCases.sort(
      caseCount: caseCount, relations: relations, owners: owners, workerCount: workerCount)
    var mappings: [Mapping] = []
    for (index, relation) in relations.enumerated() {
      let lists = try JoinedCases.lists(
        of: relation.trainMapping, owners: owners[index], places: places,
        workerCount: workerCount)
      mappings.append(
        Mapping(
          rows: try JoinedCases.placed(relation.trainMapping, cases: cases),
          lists: lists.places, starts: lists.starts, shares: shares[index]))
    }
    var weights: AlignedBuffer<Double>?
    if let caseWeights { weights = try JoinedCases.placed(caseWeights, cases: cases) }
    self.weights = weights
    self.cases = cases
    self.places = places
    self.relations = mappings
  }

  /// The places that a worker visits for a relation.
  func list(ofRelation relation: Int, worker: Int) -> PlaceList {
    let mapping = relations[relation]
    let start = mapping.starts[worker]
    return PlaceList(
      places: mapping.lists.map { UnsafePointer($0.base + start) },
      count: mapping.starts[worker + 1] - start)
  }

  /// The rows of a relation that a worker adds up for.
  func share(ofRelation relation: Int, worker: Int) -> Range<Int> {
    relations[relation].shares[worker]
  }

  /// The rows that the cases refer to in a relation, place by place.
  func rows(ofRelation relation: Int) -> UnsafePointer<UInt32> {
    UnsafePointer(relations[relation].rows.base)
  }

  /// The case at each place; nil when they are the same.
  var caseOfPlace: UnsafePointer<UInt32>? { cases.map { UnsafePointer($0.base) } }

  /// What the case at each place counts; nil for 1.
  var weightOfPlace: UnsafePointer<Double>? { weights.map { UnsafePointer($0.base) } }

  /// The place of each case; nil when they are the same.
  var placeOfCase: UnsafePointer<UInt32>? { places.map { UnsafePointer($0.base) } }
}
