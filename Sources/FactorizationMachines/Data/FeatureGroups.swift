// SPDX-License-Identifier: Apache-2.0

/// Which group each feature belongs to; the features of a group share a prior or a penalty.
public struct FeatureGroups: Sendable, Equatable {
  /// The number of features.
  public let featureCount: Int

  /// The number of groups; some may have no member.
  public let groupCount: Int

  /// The number of features in each group.
  public let memberCounts: [Int]

  /// The group of each feature; absent when there is just one group.
  public let groupOfFeature: AlignedBuffer<UInt32>?

  /// Puts all features into one group.
  public init(singleGroupOf featureCount: Int) {
    self.featureCount = featureCount
    groupCount = 1
    memberCounts = [featureCount]
    groupOfFeature = nil
  }

  /// Groups features as told.
  ///
  /// - Parameters:
  ///   - groups: the group of each feature, counted from 0.
  ///   - groupCount: the least number of groups; there are more if `groups` needs them.
  /// - Throws: ``OutOfMemoryError``.
  public init(
    _ groups: some Collection<UInt32>, groupCount: Int = 0
  ) throws(OutOfMemoryError) {
    featureCount = groups.count
    try OutOfMemoryError.check(bytes: groupCount * MemoryLayout<Int>.stride)
    var memberCounts = Array(repeating: 0, count: groupCount)
    for group in groups {
      if Int(group) >= memberCounts.count {
        memberCounts.append(
          contentsOf: repeatElement(0, count: Int(group) + 1 - memberCounts.count))
      }
      memberCounts[Int(group)] += 1
    }
    self.groupCount = memberCounts.count
    self.memberCounts = memberCounts
    groupOfFeature = memberCounts.count == 1 ? nil : try AlignedBuffer(groups)
  }

  /// These features followed by others in groups of their own.
  ///
  /// That is how relations follow the main table: their groups come after all groups before.
  ///
  /// - Throws: ``OutOfMemoryError``.
  public func appending(_ other: FeatureGroups) throws(OutOfMemoryError) -> FeatureGroups {
    let groups = (0..<featureCount + other.featureCount).lazy.map { feature in
      UInt32(
        feature < featureCount
          ? self[feature] : groupCount + other[feature - featureCount])
    }
    return try FeatureGroups(groups, groupCount: groupCount + other.groupCount)
  }

  /// The group of a feature.
  public subscript(feature: Int) -> Int {
    precondition(feature >= 0 && feature < featureCount)
    return groupOfFeature.map { Int($0.base[feature]) } ?? 0
  }

  /// Whether there are as many groups on both sides and every feature is in the same one.
  public static func == (first: FeatureGroups, second: FeatureGroups) -> Bool {
    guard first.featureCount == second.featureCount, first.groupCount == second.groupCount else {
      return false
    }
    return (0..<first.featureCount).allSatisfy { first[$0] == second[$0] }
  }
}
