// SPDX-License-Identifier: Apache-2.0

extension JoinedCases {
  /// The rows of a relation for each worker: ranges with about the same number of cases.
  ///
  /// - Throws: ``OutOfMemoryError``.
  static func shares(
    ofRowsOf relation: RelationState, workerCount: Int
  ) throws(OutOfMemoryError) -> [Range<Int>] {
    let caseCount = relation.trainMapping.count
    let caseCounts = try AlignedBuffer<UInt32>(count: relation.blockRows.count)
    for row in relation.trainMapping.elements { caseCounts.base[Int(row)] += 1 }
    var shares: [Range<Int>] = []
    var (start, row, taken) = (0, 0, 0)
    for worker in 1...workerCount {
      let goal = caseCount * worker / workerCount
      while row < relation.blockRows.count, worker == workerCount || taken < goal {
        taken += Int(caseCounts.base[row])
        row += 1
      }
      shares.append(start..<row)
      start = row
    }
    return shares
  }

  /// The worker that has each row.
  ///
  /// - Throws: ``OutOfMemoryError``.
  static func owners(
    _ shares: [Range<Int>]
  ) throws(OutOfMemoryError) -> AlignedBuffer<UInt32> {
    let owners = try AlignedBuffer<UInt32>(count: shares.last?.upperBound ?? 0)
    for (worker, rows) in shares.enumerated() {
      for row in rows { owners.base[row] = UInt32(worker) }
    }
    return owners
  }

  /// Sorts the cases by the workers that have their rows, in the first relation, then in the second and
  /// so on; cases with the same owners stay in order.
  ///
  /// - Throws: ``OutOfMemoryError``.
  static func sort(
    caseCount: Int, relations: [RelationState], owners: [AlignedBuffer<UInt32>], workerCount: Int
  ) throws(OutOfMemoryError) -> (cases: AlignedBuffer<UInt32>, places: AlignedBuffer<UInt32>) {
    // More parts than this would be too small to be worth it.
    let greatestPartCount = 4_096
    let keys = try AlignedBuffer<UInt32>(count: caseCount)
    var partCount = 1
    for (relation, owners) in zip(relations, owners)
    where partCount * workerCount <= greatestPartCount {
      appendDigits(
        to: keys.base, of: relation.trainMapping, owners: owners.base, radix: UInt32(workerCount))
      partCount *= workerCount
    }
    let cursors = try AlignedBuffer<Int>(count: partCount + 1)
    for number in 0..<caseCount { cursors.base[Int(keys.base[number]) + 1] += 1 }
    for part in 0..<partCount { cursors.base[part + 1] += cursors.base[part] }
    let cases = try AlignedBuffer<UInt32>(count: caseCount)
    let places = try AlignedBuffer<UInt32>(count: caseCount)
    scatter(caseCount, keys: keys.base, cursors: cursors.base, to: cases.base, places.base)
    return (cases, places)
  }

  /// The places that each worker visits for a relation, worker after worker and cases ascending, and where
  /// the list of each worker begins and the last one ends.
  ///
  /// - Throws: ``OutOfMemoryError``.
  static func lists(
    of mapping: AlignedBuffer<UInt32>, owners: AlignedBuffer<UInt32>,
    places: AlignedBuffer<UInt32>, workerCount: Int
  ) throws(OutOfMemoryError) -> (places: AlignedBuffer<UInt32>, starts: [Int]) {
    let cursors = try AlignedBuffer<Int>(count: workerCount + 1)
    for row in mapping.elements { cursors.base[Int(owners.base[Int(row)]) + 1] += 1 }
    for worker in 0..<workerCount { cursors.base[worker + 1] += cursors.base[worker] }
    let starts = Array(cursors)
    let lists = try AlignedBuffer<UInt32>(count: mapping.count)
    let (target, source, rows, cursor) = (lists.base, places.base, mapping.base, cursors.base)
    for number in 0..<mapping.count {
      let owner = Int(owners.base[Int(rows[number])])
      target[cursor[owner]] = source[number]
      cursor[owner] &+= 1
    }
    return (lists, starts)
  }

  /// Numbers of the cases, in the order of their places.
  ///
  /// - Throws: ``OutOfMemoryError``.
  static func placed<Number: BitwiseCopyable>(
    _ numbers: AlignedBuffer<Number>, cases: AlignedBuffer<UInt32>
  ) throws(OutOfMemoryError) -> AlignedBuffer<Number> {
    let placed = try AlignedBuffer<Number>(count: cases.count)
    let (target, source, order) = (placed.base, numbers.base, cases.base)
    for place in 0..<cases.count { target[place] = source[Int(order[place])] }
    return placed
  }
}

private func appendDigits(
  to keys: UnsafeMutablePointer<UInt32>, of mapping: AlignedBuffer<UInt32>,
  owners: UnsafePointer<UInt32>, radix: UInt32
) {
  let rows = mapping.base
  for number in 0..<mapping.count {
    keys[number] = keys[number] &* radix &+ owners[Int(rows[number])]
  }
}

private func scatter(
  _ count: Int, keys: UnsafePointer<UInt32>, cursors: UnsafeMutablePointer<Int>,
  to cases: UnsafeMutablePointer<UInt32>, _ places: UnsafeMutablePointer<UInt32>
) {
  for number in 0..<count {
    let part = Int(keys[number])
    let place = cursors[part]
    cursors[part] = place &+ 1
    cases[place] = UInt32(truncatingIfNeeded: number)
    places[number] = UInt32(truncatingIfNeeded: place)
  }
}
