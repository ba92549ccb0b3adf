// SPDX-License-Identifier: Apache-2.0

// Sums over the features of each group, features ascending, for several parameters of a feature at once:
// `values` holds `count` of them for each feature, `stride` numbers apart; the sum for parameter p in
// group g is at g * count + p.

func addGroupSums(
  of values: UnsafePointer<Double>, stride: Int, count: Int, groups: FeatureGroups,
  to sums: UnsafeMutablePointer<Double>
) {
  let groupOfFeature = groups.groupOfFeature?.base
  for feature in 0..<groups.featureCount {
    let group = groupOfFeature.map { Int($0[feature]) } ?? 0
    let target = sums + group &* count
    let source = values + feature &* stride
    for parameter in 0..<count { target[parameter] += source[parameter] }
  }
}

/// Adds the squared distances from the prior means, which are laid out as the sums.
func addGroupDeviations(
  of values: UnsafePointer<Double>, stride: Int, count: Int, groups: FeatureGroups,
  means: UnsafePointer<Double>, to sums: UnsafeMutablePointer<Double>
) {
  let groupOfFeature = groups.groupOfFeature?.base
  for feature in 0..<groups.featureCount {
    let group = groupOfFeature.map { Int($0[feature]) } ?? 0
    let target = sums + group &* count
    let mean = means + group &* count
    let source = values + feature &* stride
    for parameter in 0..<count {
      let distance = source[parameter] - mean[parameter]
      target[parameter] += distance * distance
    }
  }
}
