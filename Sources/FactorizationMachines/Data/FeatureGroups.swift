// SPDX-License-Identifier: Apache-2.0

/// Which features share a prior or a penalty.
///
/// Every feature belongs to one group; groups without features are allowed.
public struct FeatureGroups: Sendable, Hashable {
  /// The group of each feature, below ``groupCount``.
  public let groupOfFeature: ContiguousArray<UInt32>

  /// The number of features in each group.
  public let featureCounts: [Int]

  /// The number of groups.
  public var groupCount: Int { featureCounts.count }

  /// The number of features.
  public var featureCount: Int { groupOfFeature.count }

  /// Puts all features into one group, which exists also when there are no features.
  public init(featureCount: Int) {
    groupOfFeature = ContiguousArray(repeating: 0, count: featureCount)
    featureCounts = [featureCount]
  }

  /// Takes the group of each feature from a list.
  ///
  /// - Parameters:
  ///   - groupOfFeature: the group of each feature.
  ///   - groupCount: the number of groups; by default the greatest group plus one.
  /// - Precondition: every group is below `groupCount`.
  public init(groupOfFeature: some Sequence<UInt32>, groupCount: Int? = nil) {
    let groups = ContiguousArray(groupOfFeature)
    let needed = groups.reduce(0) { max($0, Int($1) + 1) }
    precondition(needed <= groupCount ?? needed)
    var counts = Array(repeating: 0, count: groupCount ?? needed)
    for group in groups { counts[Int(group)] += 1 }
    self.groupOfFeature = groups
    featureCounts = counts
  }

  /// These features followed by others in groups of their own, as relations join the main table.
  public func appending(_ other: FeatureGroups) -> FeatureGroups {
    let shift = UInt32(groupCount)
    return FeatureGroups(
      groupOfFeature: groupOfFeature + other.groupOfFeature.map { $0 + shift },
      groupCount: groupCount + other.groupCount)
  }
}
