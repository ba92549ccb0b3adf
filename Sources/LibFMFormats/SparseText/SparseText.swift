// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines

/// What a sparse text file holds.
public struct SparseText: Sendable {
  /// The cases in file order, and the range of their targets as given.
  public var dataset: Dataset

  /// The greatest feature id and the line where it first occurs; nil when there is no entry.
  public var largestFeature: LargestFeature?

  /// A feature id and the place where it stands.
  public struct LargestFeature: Sendable, Hashable {
    /// The feature id.
    public var id: UInt32

    /// The line, counted from 1.
    public var line: Int
  }
}
