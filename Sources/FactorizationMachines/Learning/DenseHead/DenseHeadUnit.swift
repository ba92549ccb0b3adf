// SPDX-License-Identifier: Apache-2.0

/// Batch normalization and the unit while they are learned.
final class DenseHeadUnit: @unchecked Sendable {
  private let inputCount: Int
  private let usesBias: Bool
  private let activation: DenseHead.Activation
  private let task: LearningTask

  /// The distance from the scales to the shifts, to the kernel and to the bias in each buffer.
  private let spacing: Int
  private let values: AlignedBuffer<Double>
  private let gradients: AlignedBuffer<Double>
  private let first: AlignedBuffer<Double>
  private let second: AlignedBuffer<Double>

  private let means: AlignedBuffer<Double>
  private let variances: AlignedBuffer<Double>
  private let inverses: AlignedBuffer<Double>
  private let sums: BlockSums

  /// Prepares a unit for batches of up to `capacity` rows, with the parameters of `model`.
  init(
    _ model: DenseHeadMachine, task: LearningTask, capacity: Int
  ) throws(OutOfMemoryError) {
    inputCount = model.head.inputCount
    usesBias = model.machine.shape.usesBias
    activation = task == .regression ? model.head.activation : .linear
    self.task = task
    spacing = (inputCount + 7) & ~7
    values = try AlignedBuffer(count: 3 * spacing + 1)
    gradients = try AlignedBuffer(count: values.count)
    first = try AlignedBuffer(count: values.count)
    second = try AlignedBuffer(count: values.count)
    means = try AlignedBuffer(count: inputCount)
    variances = try AlignedBuffer(count: inputCount)
    inverses = try AlignedBuffer(count: inputCount)
    // Beside the inputs the derivatives and the losses of the rows are added up.
    sums = try BlockSums(width: inputCount + 2, rowCount: capacity)
    let parts = [model.head.scales, model.head.shifts, model.head.kernel]
    for (part, numbers) in parts.enumerated() {
      for (input, number) in numbers.enumerated() { values.base[part * spacing + input] = number }
    }
    values.base[3 * spacing] = usesBias ? model.machine.bias : 0
  }

  /// Puts the parameters into a model.
  func store(in model: inout DenseHeadMachine) {
    let spacing = spacing
    func part(_ index: Int) -> [Double] {
      Array(values.elements[index * spacing..<index * spacing + inputCount])
    }
    (model.head.scales, model.head.shifts, model.head.kernel) = (part(0), part(1), part(2))
    if usesBias { model.machine.bias = values.base[3 * spacing] }
  }

  /// The scales and shifts, which have no penalty, the kernel, and the bias, which is there if it is used.
  var parameters: (normalization: DenseParameters, kernel: DenseParameters, bias: DenseParameters) {
    let all = DenseParameters(
      values: values.base, gradients: gradients.base, first: first.base, second: second.base,
      count: values.count)
    return (
      all.slice(0..<2 * spacing), all.slice(2 * spacing..<3 * spacing),
      all.slice(3 * spacing..<3 * spacing + (usesBias ? 1 : 0))
    )
  }

  /// Goes forward and back through normalization and unit.
  ///
  /// - Parameters:
  ///   - inputs: the inputs of the batch, row after row; receives the derivatives of the batch's mean
  ///     loss by them.
  ///   - tile: the targets and weights of the rows; receives the derivatives by the unit's sums.
  ///   - rowCount: the number of rows.
  ///   - pool: the workers.
  /// - Returns: the mean loss.
  func learn(
    _ inputs: UnsafeMutablePointer<Double>, _ tile: TilePointers, rowCount: Int, pool: WorkerPool
  ) -> Double {
    measure(inputs, rowCount: rowCount, pool: pool)
    score(inputs, tile, rowCount: rowCount, pool: pool)
    let loss = sums.totals[inputCount + 1] / Double(rowCount)
    setGradients()
    derive(inputs, tile, rowCount: rowCount, pool: pool)
    return loss
  }

  /// The means and variances of the inputs of the batch.
  private func measure(
    _ inputs: UnsafePointer<Double>, rowCount: Int, pool: WorkerPool
  ) {
    let (inputCount, means) = (inputCount, means.base)
    sums.add(over: rowCount, pool: pool) { rows, sums in
      for row in rows {
        let inputs = inputs + row &* inputCount
        for input in 0..<inputCount { sums[input] += inputs[input] }
      }
    }
    for input in 0..<inputCount { means[input] = sums.totals.base[input] / Double(rowCount) }
    sums.add(over: rowCount, pool: pool) { rows, sums in
      for row in rows {
        let inputs = inputs + row &* inputCount
        for input in 0..<inputCount {
          let difference = inputs[input] - means[input]
          sums[input] += difference * difference
        }
      }
    }
    for input in 0..<inputCount {
      variances.base[input] = sums.totals.base[input] / Double(rowCount)
      inverses.base[input] = 1 / (variances.base[input] + DenseHead.epsilon).squareRoot()
    }
  }

  /// Normalizes the inputs, and adds up the derivatives by the unit's sums: times each normalized input,
  /// alone, and the losses.
  private func score(
    _ inputs: UnsafeMutablePointer<Double>, _ tile: TilePointers, rowCount: Int, pool: WorkerPool
  ) {
    let (inputCount, activation, task) = (inputCount, activation, task)
    let (means, inverses) = (means.base, inverses.base)
    let scales = values.base
    let (shifts, kernel) = (scales + spacing, scales + 2 * spacing)
    let bias = values.base[3 * spacing]
    sums.add(over: rowCount, pool: pool) { rows, sums in
      for row in rows {
        let inputs = inputs + row &* inputCount
        var sum = bias
        for input in 0..<inputCount {
          let normalized = (inputs[input] - means[input]) * inverses[input]
          inputs[input] = normalized
          sum += kernel[input] * (scales[input] * normalized + shifts[input])
        }
        let (score, target) = (activation(sum), Double(tile.targets[row]))
        let weight = tile.caseWeights?[row] ?? 1
        let slope =
          weight * task.lossSlope(score: score, target: target)
          * activation.slope(at: sum, value: score) / Double(rowCount)
        tile.multipliers[row] = slope
        for input in 0..<inputCount { sums[input] += slope * inputs[input] }
        sums[inputCount] += slope
        sums[inputCount &+ 1] += weight * task.loss(score: score, target: target)
      }
    }
  }

  private func setGradients() {
    let totals = sums.totals.base
    let (scales, shifts) = (values.base, values.base + spacing)
    let (kernel, slope) = (values.base + 2 * spacing, totals[inputCount])
    for input in 0..<inputCount {
      gradients.base[input] = kernel[input] * totals[input]
      gradients.base[spacing + input] = kernel[input] * slope
      gradients.base[2 * spacing + input] = scales[input] * totals[input] + shifts[input] * slope
    }
    gradients.base[3 * spacing] = slope
  }

  /// Turns normalized inputs into the derivatives by the inputs.
  ///
  /// As mean and variance depend on all rows, a row's derivative loses the mean of all, and its share of
  /// what all have in common with the normalized input (Ioffe and Szegedy 2015, section 3).
  private func derive(
    _ inputs: UnsafeMutablePointer<Double>, _ tile: TilePointers, rowCount: Int, pool: WorkerPool
  ) {
    let (inputCount, inverses, totals) = (inputCount, inverses.base, sums.totals.base)
    let (scales, kernel) = (values.base, values.base + 2 * spacing)
    let share = 1 / Double(rowCount)
    let mean = totals[inputCount] * share
    pool.forEachRange(of: rowCount, grain: 1_024) { rows in
      for row in rows {
        let inputs = inputs + row &* inputCount
        let centred = tile.multipliers[row] - mean
        for input in 0..<inputCount {
          inputs[input] =
            kernel[input] * scales[input] * inverses[input]
            * (centred - inputs[input] * (totals[input] * share))
        }
      }
    }
  }

  /// Adds the batch's means and variances to running averages.
  func updateAverages(of head: inout DenseHead) {
    let kept = head.hasAverages ? DenseHead.momentum : 0
    for input in 0..<inputCount {
      head.means[input] = kept * head.means[input] + (1 - kept) * means.base[input]
      head.variances[input] = kept * head.variances[input] + (1 - kept) * variances.base[input]
    }
    head.hasAverages = true
  }
}
