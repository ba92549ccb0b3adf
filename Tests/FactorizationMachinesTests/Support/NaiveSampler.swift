// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

/// ALS and MCMC with relations in plain loops, operation by operation as they are defined: the errors and
/// the sums of all rows are kept in arrays, features go one after the other.
struct NaiveSampler {
  struct Term {
    var row: Int
    var x: Float
  }

  /// A table by columns.
  typealias Columns = [[Term]]

  /// A relation and what is kept for its rows.
  struct Block {
    var offset: Int
    var columns: Columns
    var train: [Int]
    var test: [Int]
    var y: [Double]
    var q: [Double]
    var e: [Double]
    var eq: [Double]
    var c: [Double]
    var cc: [Double]
    var n: [Double]
  }

  /// An update is not finite, and neither is the value before it.
  struct Diverged: Error {}

  let options: GibbsSampler.Options
  let shape: FactorizationMachine.Shape
  let mainFeatureCount: Int
  let groups: FeatureGroups
  let targets: [Double]
  let caseWeights: [Double]
  let limits: (lower: Double, upper: Double)
  let main: Columns
  let testMain: Columns
  var blocks: [Block]

  var bias: Double
  var weights: [Double]
  /// By factor, then by feature.
  var factors: [[Double]]
  var alpha = 1.0
  /// (μ, λ) of each group; for the factors by group and then by factor.
  var weightPriors: [NormalPrior]
  var factorPriors: [NormalPrior]
  var random: GlibcRandom
  var guards = GuardCounts()
  var e: [Double]
  var q: [Double]
  var testScores: [Double]
  var last: [Double]
  var sums: [Double]

  init(
    machine: FactorizationMachine, schema: RandomSchema, groups: FeatureGroups,
    options: GibbsSampler.Options, random: GlibcRandom
  ) {
    func columns(_ matrix: SparseMatrix) -> Columns {
      var columns = Columns(repeating: [], count: matrix.columnCount)
      for row in 0..<matrix.rowCount {
        for (id, value) in matrix[row] { columns[Int(id)].append(Term(row: row, x: value)) }
      }
      return columns
    }
    self.options = options
    self.groups = groups
    self.random = random
    shape = machine.shape
    mainFeatureCount = schema.mainFeatureCount
    targets = schema.train.targets.map { Double($0) }
    let caseWeights =
      schema.train.caseWeights.map(Array.init)
      ?? Array(repeating: 1, count: schema.train.caseCount)
    self.caseWeights = caseWeights
    limits = (Double(schema.train.targetRange.lower), Double(schema.train.targetRange.upper))
    main = columns(schema.train.matrix)
    testMain = columns(schema.test.matrix)
    var offset = schema.mainFeatureCount
    blocks = schema.relations.map { relation in
      let zeros = [Double](repeating: 0, count: relation.blockRowCount)
      var block = Block(
        offset: offset, columns: columns(relation.matrix),
        train: relation.trainMapping.map { Int($0) }, test: relation.testMapping.map { Int($0) },
        y: zeros, q: zeros, e: zeros, eq: zeros, c: zeros, cc: zeros, n: zeros)
      for (c, row) in block.train.enumerated() { block.n[row] += caseWeights[c] }
      offset += relation.featureCount
      return block
    }
    bias = machine.bias
    weights = (0..<shape.featureCount).map { machine[weight: $0] }
    let featureCount = machine.shape.featureCount
    factors = (0..<machine.shape.factorCount).map { factor in
      (0..<featureCount).map { machine[factor: factor, ofFeature: $0] }
    }
    let factorCount = machine.shape.factorCount
    weightPriors = options.weightRegularization.map { NormalPrior(mean: 0, precision: $0) }
    factorPriors = options.factorRegularization.flatMap {
      Array(repeating: NormalPrior(mean: 0, precision: $0), count: factorCount)
    }
    e = Array(repeating: 0, count: targets.count)
    q = e
    testScores = Array(repeating: 0, count: schema.test.caseCount)
    last = testScores
    sums = testScores
    predictAll()
    for c in e.indices { e[c] -= targets[c] }
  }

  /// Sweeps once and predicts; gives the evaluation on the training cases.
  mutating func iterate() throws -> Double {
    guards = GuardCounts()
    try sweep()
    predictAll()
    for c in testScores.indices {
      let p = testScores[c]
      last[c] = options.task == .regression ? p : libFMNormalCDF(p)
      sums[c] += options.task == .regression ? clip(p) : last[c]
    }
    var figure = 0.0
    for c in e.indices {
      let (score, y) = (e[c], targets[c])
      switch options.task {
      case .regression:
        let error = clip(score) - y
        figure += error * error
        e[c] = score - y
      case .classification:
        let p = libFMNormalCDF(score)
        if (p >= 0.5 && y > 0) || (p < 0.5 && y < 0) { figure += 1 }
        e[c] = score - latentTarget(score, y)
      }
    }
    let mean = figure / Double(e.count)
    return options.task == .regression ? mean.squareRoot() : mean
  }

  /// The predictions after `count` iterations.
  func predictions(_ count: Int) -> [Double] {
    (options.samples ? sums.map { $0 / Double(count) } : last).map {
      options.task == .regression ? clip($0) : max(0, min(1, $0))
    }
  }

  private func clip(_ p: Double) -> Double {
    let low = p < limits.upper ? p : limits.upper
    return limits.lower < low ? low : limits.lower
  }

  private mutating func latentTarget(_ score: Double, _ y: Double) -> Double {
    if options.samples {
      return y >= 0
        ? random.nonNegativeNormal(mean: score) : random.nonPositiveNormal(mean: score)
    }
    return NaiveSampler.latentTargetMean(score, y)
  }

  private mutating func sweep() throws {
    let factorCount = shape.factorCount
    let count = Double(caseWeights.count { $0 > 0 })
    if options.infersHyperparameters {
      var gamma = 1.0
      for (error, c) in zip(e, caseWeights) { gamma += c * (error * error) }
      let new = random.gamma(shape: (1 + count) / 2, rate: gamma / 2)
      if try accepts(new, alpha, \.noisePrecision) { alpha = new }
    }
    if shape.usesBias {
      var sum = 0.0
      var total = 0.0
      for (error, c) in zip(e, caseWeights) {
        sum += c * (error - bias)
        total += c
      }
      let variance = 1 / (options.biasRegularization + (alpha * total))
      let mean = (-variance) * ((alpha * sum) - (0 * options.biasRegularization))
      let new = draw(mean, variance)
      if try accepts(new, bias, \.bias) {
        for c in e.indices { e[c] -= bias - new }
        bias = new
      }
    }
    if shape.usesWeights {
      try drawWeightPriors()
      for feature in 0..<mainFeatureCount { try updateMainWeight(feature) }
      for block in blocks.indices { try updateWeights(ofBlock: block) }
    }
    guard factorCount > 0 else { return }
    try drawFactorPriors()
    for factor in 0..<factorCount {
      for c in q.indices { q[c] = 0 }
      for feature in main.indices {
        for term in main[feature] { q[term.row] += factors[factor][feature] * Double(term.x) }
      }
      for block in blocks.indices {
        for row in blocks[block].q.indices { blocks[block].q[row] = 0 }
        for feature in blocks[block].columns.indices {
          let v = factors[factor][blocks[block].offset + feature]
          for term in blocks[block].columns[feature] {
            blocks[block].q[term.row] += v * Double(term.x)
          }
        }
      }
      for c in q.indices {
        for block in blocks { q[c] += block.q[block.train[c]] }
      }
      for feature in 0..<mainFeatureCount { try updateMainFactor(factor, feature) }
      for block in blocks.indices { try updateFactors(factor, ofBlock: block) }
    }
  }

  private func mainColumn(_ feature: Int) -> [Term] {
    feature < main.count ? main[feature] : []
  }

  private mutating func updateMainWeight(_ feature: Int) throws {
    let old = weights[feature]
    var (m, s) = (0.0, 0.0)
    for term in mainColumn(feature) {
      let x = Double(term.x)
      m += caseWeights[term.row] * (x * (e[term.row] - (old * x)))
      s += caseWeights[term.row] * Double(term.x * term.x)
    }
    let new = posterior(m, s, weightPriors[groups[feature]])
    guard try accepts(new, old, \.weights) else { return }
    weights[feature] = new
    for term in mainColumn(feature) { e[term.row] -= Double(term.x) * (old - new) }
  }

  private mutating func updateMainFactor(_ factor: Int, _ feature: Int) throws {
    let old = factors[factor][feature]
    var (m, s) = (0.0, 0.0)
    for term in mainColumn(feature) {
      let x = Double(term.x)
      let h = x * (q[term.row] - (x * old))
      m += caseWeights[term.row] * (h * e[term.row])
      s += caseWeights[term.row] * (h * h)
    }
    m -= old * s
    let new = posterior(m, s, factorPriors[groups[feature] * shape.factorCount + factor])
    guard try accepts(new, old, \.factors) else { return }
    factors[factor][feature] = new
    for term in mainColumn(feature) {
      let x = Double(term.x)
      let h = x * (q[term.row] - (x * old))
      q[term.row] -= x * (old - new)
      e[term.row] -= h * (old - new)
    }
  }

  private mutating func updateWeights(ofBlock index: Int) throws {
    var block = blocks[index]
    for row in block.e.indices { block.e[row] = 0 }
    for c in e.indices {
      block.e[block.train[c]] += caseWeights[c] * e[c]
      e[c] -= block.y[block.train[c]]
    }
    for (local, column) in block.columns.enumerated() {
      let feature = block.offset + local
      let old = weights[feature]
      var (m, s) = (0.0, 0.0)
      for term in column {
        m += Double(term.x) * block.e[term.row]
        s += Double(term.x * term.x) * block.n[term.row]
      }
      m -= old * s
      let new = posterior(m, s, weightPriors[groups[feature]])
      guard try accepts(new, old, \.weights) else { continue }
      weights[feature] = new
      for term in column {
        let x = Double(term.x)
        block.e[term.row] -= (x * (old - new)) * block.n[term.row]
        block.y[term.row] += (new - old) * x
      }
    }
    for c in e.indices { e[c] += block.y[block.train[c]] }
    blocks[index] = block
  }

  private mutating func updateFactors(_ factor: Int, ofBlock index: Int) throws {
    var block = blocks[index]
    for row in block.e.indices {
      (block.e[row], block.eq[row], block.c[row], block.cc[row]) = (0, 0, 0, 0)
    }
    for c in e.indices {
      let row = block.train[c]
      q[c] -= block.q[row]
      block.e[row] += caseWeights[c] * e[c]
      block.eq[row] += caseWeights[c] * (e[c] * q[c])
      block.c[row] += caseWeights[c] * q[c]
      block.cc[row] += caseWeights[c] * (q[c] * q[c])
      e[c] -= block.y[row] + (q[c] * block.q[row])
    }
    for (local, column) in block.columns.enumerated() {
      let feature = block.offset + local
      let old = factors[factor][feature]
      var (m, s) = (0.0, 0.0)
      for term in column {
        let (x, row) = (Double(term.x), term.row)
        let h = x * (block.q[row] - (x * old))
        m += (h * block.e[row]) + (x * block.eq[row])
        let mixed = ((h * h) * block.n[row]) + (((2 * block.c[row]) * x) * h)
        s += mixed + (Double(term.x * term.x) * block.cc[row])
      }
      m -= old * s
      let new = posterior(m, s, factorPriors[groups[feature] * shape.factorCount + factor])
      guard try accepts(new, old, \.factors) else { continue }
      factors[factor][feature] = new
      for term in column {
        let (x, row, d) = (Double(term.x), term.row, old - new)
        let h = x * (block.q[row] - (x * old))
        block.e[row] -= d * ((h * block.n[row]) + (x * block.c[row]))
        block.q[row] -= d * x
        block.eq[row] -= d * ((h * block.c[row]) + (x * block.cc[row]))
        block.y[row] += (new - old) * h
      }
    }
    for c in e.indices {
      let row = block.train[c]
      e[c] += block.y[row] + (q[c] * block.q[row])
      q[c] += block.q[row]
    }
    blocks[index] = block
  }

  private mutating func posterior(_ m: Double, _ s: Double, _ prior: NormalPrior) -> Double {
    let variance = 1 / (prior.precision + (alpha * s))
    let mean = (-variance) * ((alpha * m) - (prior.mean * prior.precision))
    return variance.isFinite ? draw(mean, variance) : 0
  }

  private mutating func draw(_ mean: Double, _ variance: Double) -> Double {
    options.samples ? random.normal(mean: mean, deviation: variance.squareRoot()) : mean
  }

  /// Whether a value may replace the old one; counts its refusal.
  mutating func accepts(
    _ new: Double, _ old: Double, _ kind: WritableKeyPath<GuardCounts, GuardCounts.Count>
  ) throws -> Bool {
    if new.isNaN {
      guards[keyPath: kind].nans += 1
      if old.isNaN { throw Diverged() }
    } else if new.isInfinite {
      guards[keyPath: kind].infinities += 1
      if old.isInfinite { throw Diverged() }
    }
    return new.isFinite
  }
}
