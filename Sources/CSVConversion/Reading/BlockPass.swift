// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import LibFMFormats
import Synchronization

/// One pass over a table with all workers.
struct BlockPass {
  /// The records to read.
  let table: CSVTable

  /// Who works.
  let pool: WorkerPool

  /// The size of a block in bytes; results that are put together in block order do not depend on it.
  var blockSize = RecordSource.standardBlockSize

  private struct Failure: Sendable {
    var block: Int
    var error: any Error
  }

  /// Splits all blocks into cells.
  ///
  /// - Parameters:
  ///   - makeState: makes what a worker of that index works with.
  ///   - work: does what can be done in parallel for a block.
  ///   - finish: is then called for one block after the other in their order.
  /// - Returns: the states of all workers.
  /// - Throws: the error of the first block with one, whatever the number of workers.
  func run<State>(
    state makeState: (_ worker: Int) throws -> State,
    work: (State, CellTable) -> BlockError?,
    finish: (State, CellTable) throws -> Void
  ) throws -> [State] {
    try run(state: makeState, work: work, finish: finish, isOrdered: true)
  }

  /// Splits all blocks into cells, where nothing depends on their order.
  ///
  /// - Parameters:
  ///   - makeState: makes what a worker of that index works with.
  ///   - work: does what is to be done for a block.
  /// - Returns: the states of all workers.
  /// - Throws: the error of the first block with one, whatever the number of workers.
  func run<State>(
    state makeState: (_ worker: Int) throws -> State,
    work: (State, CellTable) -> BlockError?
  ) throws -> [State] {
    try run(state: makeState, work: work, finish: { _, _ in }, isOrdered: false)
  }

  private func run<State>(
    state makeState: (_ worker: Int) throws -> State,
    work: (State, CellTable) -> BlockError?,
    finish: (State, CellTable) throws -> Void, isOrdered: Bool
  ) throws -> [State] {
    let source = RecordSource(table, blockSize: blockSize)
    let turns = BlockTurns()
    let failure = Mutex<Failure?>(nil)
    func fail(_ block: Int, _ error: any Error) {
      source.stop()
      failure.withLock { known in
        if known.map({ block < $0.block }) ?? true { known = Failure(block: block, error: error) }
      }
    }
    let states = try (0..<pool.workerCount).map(makeState)
    pool.run { worker in
      let state = states[worker]
      let block = RecordBlock(capacity: blockSize)
      let cells = CellTable(columnCount: table.columns.count)
      while true {
        do throws(FormatError) {
          guard try source.next(into: block) else { return }
        } catch {
          return fail(block.index, error)
        }
        cells.split(block, format: table.format)
        if let error = BlockError.first(work(state, cells), cells.error) {
          fail(block.index, source.formatError(error, in: block))
        }
        guard isOrdered else { continue }
        turns.take(block.index) {
          guard failure.withLock({ $0 == nil }) else { return }
          do {
            try finish(state, cells)
          } catch {
            fail(block.index, error)
          }
        }
      }
    }
    if let failure = failure.withLock({ $0 }) { throw failure.error }
    return states
  }
}
