using Xunit;

namespace SourceGenLstm.NetworkTests.Reference;

/// <summary>The reference is proved by central differences of its own forward pass, and by values worked out by hand.</summary>
public sealed class ReferenceTests
{
    private const int Rows = 3;
    private const int Steps = 4;

    private static readonly Dictionary<string, ReferenceNetwork> Stacks = new()
    {
        ["LSTM, dense, BCE"] = new ReferenceNetwork(3, Loss.BinaryCrossEntropy).Lstm(4).Dense(2, Activation.Sigmoid),
        ["LSTM all steps, dense softmax, CCE"] =
            new ReferenceNetwork(2, Loss.CategoricalCrossEntropy).Lstm(3, returnSequences: true).Dense(3, Activation.Softmax),
        ["embedding, two LSTM, sparse CCE"] =
            new ReferenceNetwork(0, Loss.SparseCategoricalCrossEntropy).Embedding(5, 3).Lstm(4, true).Lstm(3, true).Dense(5).Activate(Activation.Softmax),
        ["embedding, LSTM last, sparse CCE"] =
            new ReferenceNetwork(0, Loss.SparseCategoricalCrossEntropy).Embedding(4, 2).Lstm(3).Dense(4, Activation.Softmax),
        ["dense relu, LSTM, dense, MSE"] = new ReferenceNetwork(3, Loss.MeanSquaredError).Dense(4, Activation.Relu).Lstm(3, true).Dense(2),
        ["dense, MAE"] = new ReferenceNetwork(3, Loss.MeanAbsoluteError).Lstm(3, true).Dense(2),
        ["dense, Huber"] = new ReferenceNetwork(3, Loss.Huber) { Training = new(Loss.Huber) { HuberDelta = 0.5f } }.Lstm(3, true).Dense(2),
        ["smoothed BCE"] = new ReferenceNetwork(3, Loss.BinaryCrossEntropy) { Training = new(Loss.BinaryCrossEntropy) { LabelSmoothing = 0.1f } }.Dense(2, Activation.Sigmoid),
        ["smoothed CCE"] =
            new ReferenceNetwork(3, Loss.CategoricalCrossEntropy) { Training = new(Loss.CategoricalCrossEntropy) { LabelSmoothing = 0.1f } }.Dense(3, Activation.Softmax),
        ["smoothed sparse CCE"] =
            new ReferenceNetwork(3, Loss.SparseCategoricalCrossEntropy) { Training = new(Loss.SparseCategoricalCrossEntropy) { LabelSmoothing = 0.1f } }.Dense(3, Activation.Softmax),
        ["LSTM, dense, ESR"] = new ReferenceNetwork(2, Loss.ErrorToSignalRatio) { Training = new(Loss.ErrorToSignalRatio) { MeanWeight = 0.5f } }.Lstm(3, true).Dense(2),
        ["LSTM, dense, CTC"] = new ReferenceNetwork(2, Loss.Ctc) { Training = new(Loss.Ctc) { MaxLabels = 2, BlankIndex = 1 } }.Lstm(3, true).Dense(3, Activation.Softmax),
        ["LSTM, dense, CRF"] = new ReferenceNetwork(2, Loss.Crf).Lstm(3, true).Dense(3).Crf(),
        ["softmax inside, MSE"] = new ReferenceNetwork(3, Loss.MeanSquaredError).Dense(4, Activation.Softmax).Lstm(2).Dense(3, Activation.Softmax),
        ["simple RNN, dense, BCE"] = new ReferenceNetwork(3, Loss.BinaryCrossEntropy).SimpleRnn(4).Dense(2, Activation.Sigmoid),
        ["embedding, simple RNN, LSTM, simple RNN, sparse CCE"] =
            new ReferenceNetwork(0, Loss.SparseCategoricalCrossEntropy).Embedding(5, 3).SimpleRnn(4, true).Lstm(3, true).SimpleRnn(3, true).Dense(5, Activation.Softmax),
        ["GRU, dense, BCE"] = new ReferenceNetwork(3, Loss.BinaryCrossEntropy).Gru(4).Dense(2, Activation.Sigmoid),
        ["GRU reset before, dense, BCE"] = new ReferenceNetwork(3, Loss.BinaryCrossEntropy).Gru(4, resetAfter: false).Dense(2, Activation.Sigmoid),
        ["embedding, both GRU, LSTM, sparse CCE"] =
            new ReferenceNetwork(0, Loss.SparseCategoricalCrossEntropy).Embedding(5, 3).Gru(4, true).Gru(3, true, resetAfter: false).Lstm(3, true).Dense(5, Activation.Softmax),
        ["LSTM backwards, dense, BCE"] = new ReferenceNetwork(3, Loss.BinaryCrossEntropy).Lstm(4, goBackwards: true).Dense(2, Activation.Sigmoid),
        ["embedding, backwards and forwards, sparse CCE"] = new ReferenceNetwork(0, Loss.SparseCategoricalCrossEntropy)
            .Embedding(5, 3).Gru(4, true, goBackwards: true).Lstm(3, true).SimpleRnn(3, true, goBackwards: true).Dense(5, Activation.Softmax),
        ["bidirectional LSTM, dense, BCE"] = new ReferenceNetwork(3, Loss.BinaryCrossEntropy).Lstm(4, bidirectional: Merge.Concat).Dense(2, Activation.Sigmoid),
        ["every merge, MSE"] = new ReferenceNetwork(2, Loss.MeanSquaredError)
            .Lstm(3, true, bidirectional: Merge.Concat).Gru(2, true, bidirectional: Merge.Sum).SimpleRnn(3, true, bidirectional: Merge.Average).Gru(3, bidirectional: Merge.Multiply).Dense(2),
        ["without biases, MSE"] = new ReferenceNetwork(2, Loss.MeanSquaredError)
            .Lstm(new LstmAttribute(3) { UseBias = false, ForgetBias = 1 }, everyStep: true).Gru(3, true, useBias: false).Gru(2, true, resetAfter: false, useBias: false)
            .SimpleRnn(3, useBias: false).Dense(2, useBias: false),
        ["LSTM with peepholes, MSE"] = new ReferenceNetwork(2, Loss.MeanSquaredError).Lstm(new LstmAttribute(4) { Peepholes = true }, everyStep: true),
        ["LSTM with coupled gates, MSE"] = new ReferenceNetwork(2, Loss.MeanSquaredError)
            .Lstm(new LstmAttribute(4) { CoupledGates = true }, everyStep: true).Lstm(new LstmAttribute(3) { CoupledGates = true, Peepholes = true }, everyStep: false),
        ["zoneout, MSE"] = new ReferenceNetwork(2, Loss.MeanSquaredError)
            .Lstm(new LstmAttribute(4) { Zoneout = 0.25f, CellZoneout = 0.5f, Projection = 3 }, everyStep: true).Gru(3, true, zoneout: 0.5).Gru(3, true, resetAfter: false, zoneout: 0.25)
            .Lstm(new LstmAttribute(3) { CellZoneout = 0.25f, Peepholes = true, CellClip = 0.25f }, everyStep: true).SimpleRnn(3, zoneout: 0.125),
        ["limited sums, MSE"] = new ReferenceNetwork(2, Loss.MeanSquaredError)
            .Lstm(new LstmAttribute(4) { SumClip = 0.25f, Peepholes = true }, everyStep: true).Gru(3, true, recurrentActivation: ReferenceFunction.Of(Activation.Sigmoid) with { Limit = 0.25 })
            .Gru(3, true, resetAfter: false, activation: ReferenceFunction.Of(Activation.Linear) with { Limit = 0.25 }).SimpleRnn(3, activation: ReferenceFunction.Of(Activation.Tanh) with { Limit = 0.25 }),
        ["LSTM with a projection, MSE"] = new ReferenceNetwork(2, Loss.MeanSquaredError)
            .Lstm(new LstmAttribute(4) { Projection = 3 }, everyStep: true).Lstm(new LstmAttribute(3) { Projection = 5, Peepholes = true, CellClip = 0.25f }, everyStep: false),
        ["residual in residual, MSE"] = new ReferenceNetwork(3, Loss.MeanSquaredError)
            .ResidualStart().Lstm(3, true).ResidualEnd().ResidualStart().Dense(4, Activation.Tanh).ResidualStart().Gru(4, true).ResidualEnd().Dense(3).ResidualEnd(),
        ["skips from the input, CCE"] =
            new ReferenceNetwork(2, Loss.CategoricalCrossEntropy).Lstm(3, true).InputSkip(1).Dense(4, Activation.Tanh).InputSkip(0, 3).Activate(Activation.Softmax),
        ["tied to the embedding, sparse CCE"] =
            new ReferenceNetwork(0, Loss.SparseCategoricalCrossEntropy).Embedding(5, 3).Lstm(3, true).TiedDense(Activation.Softmax),
        ["LSTM alone, MSE"] = new ReferenceNetwork(2, Loss.MeanSquaredError).Lstm(3, true),
        ["activations, MSE"] = new ReferenceNetwork(2, Loss.MeanSquaredError).Dense(4, Activation.Tanh).Activate(Activation.Sigmoid).Lstm(3)
            .Activate(Activation.HardSigmoid).Dense(6, Activation.Relu).Dense(2).Activate(Activation.Linear),
        ["dropout, MSE"] = new ReferenceNetwork(3, Loss.MeanSquaredError).Dropout(0.5f).Lstm(4, true).Dropout(0.25f).Lstm(3).Dropout(0.5f).Dense(2),
        ["convolutions, MSE"] = new ReferenceNetwork(2, Loss.MeanSquaredError).Conv1D(3, 2, Activation.Tanh).Conv1D(2, 3, null, dilation: 2),
        ["convolution of groups, LSTM, CCE"] =
            new ReferenceNetwork(4, Loss.CategoricalCrossEntropy).Conv1D(6, 2, Activation.Tanh, groups: 2, useBias: false).Lstm(3, true).Conv1D(3, 1, Activation.Softmax),
        ["average pooling, BCE"] = new ReferenceNetwork(3, Loss.BinaryCrossEntropy).Lstm(4, true).GlobalPooling(Pooling.Average).Dense(2, Activation.Sigmoid),
        ["max pooling, MSE"] = new ReferenceNetwork(3, Loss.MeanSquaredError).SimpleRnn(4, true).GlobalPooling(Pooling.Max),
        ["pooling of the last step, MSE"] = new ReferenceNetwork(3, Loss.MeanSquaredError).Dense(4, Activation.Tanh).GlobalPooling(Pooling.Last).Dense(2),
    };

    public static TheoryData<string> StackNames => [.. Stacks.Keys];

    public static TheoryData<Activation, Activation> CellActivations
    {
        get
        {
            Activation[] functions = [Activation.Tanh, Activation.Sigmoid, Activation.Relu, Activation.HardSigmoid, Activation.Linear];
            var data = new TheoryData<Activation, Activation>();
            foreach (Activation activation in functions)
            {
                foreach (Activation recurrentActivation in functions)
                {
                    data.Add(activation, recurrentActivation);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(StackNames))]
    public void Gradient_equals_central_differences(string stack)
    {
        ReferenceNetwork network = Stacks[stack];
        foreach ((bool lengths, bool weights, bool sequenceWeights) in new[] { (false, false, false), (true, true, false), (true, true, true) })
        {
            ReferenceBatch batch = WithMasksAndStates(network, TestData.Batch(network, Rows, Steps, seed: 7, lengths, weights, sequenceWeights));
            AssertGradient(network, TestData.Parameters(network.ParameterCount, seed: 3), batch);
        }
    }

    [Theory]
    [MemberData(nameof(CellActivations))]
    public void Gradient_of_every_cell_equals_central_differences(Activation activation, Activation recurrentActivation)
    {
        ReferenceNetwork network = new ReferenceNetwork(2, Loss.MeanSquaredError)
            .Lstm(3, true, activation, recurrentActivation)
            .Lstm(3, false, activation, recurrentActivation)
            .Dense(2);
        AssertGradient(network, TestData.Parameters(network.ParameterCount, seed: 5), TestData.Batch(network, Rows, Steps, seed: 11, lengths: true));
    }

    [Theory]
    [MemberData(nameof(CellActivations))]
    public void Gradient_of_every_gated_unit_equals_central_differences(Activation activation, Activation recurrentActivation)
    {
        foreach (bool resetAfter in new[] { true, false })
        {
            ReferenceNetwork network = new ReferenceNetwork(2, Loss.MeanSquaredError)
                .Gru(3, true, resetAfter, activation, recurrentActivation)
                .Gru(3, false, resetAfter, activation, recurrentActivation)
                .Dense(2);
            AssertGradient(network, TestData.Parameters(network.ParameterCount, seed: 5), TestData.Batch(network, Rows, Steps, seed: 11, lengths: true));
        }
    }

    [Theory]
    [InlineData(Activation.Tanh)]
    [InlineData(Activation.Sigmoid)]
    [InlineData(Activation.Relu)]
    [InlineData(Activation.HardSigmoid)]
    [InlineData(Activation.Linear)]
    public void Gradient_of_every_simple_recurrence_equals_central_differences(Activation activation)
    {
        ReferenceNetwork network = new ReferenceNetwork(2, Loss.MeanSquaredError).SimpleRnn(3, true, activation).SimpleRnn(3, false, activation).Dense(2);
        AssertGradient(network, TestData.Parameters(network.ParameterCount, seed: 5), TestData.Batch(network, Rows, Steps, seed: 11, lengths: true));
    }

    [Fact]
    public void A_convolution_equals_its_sum_by_hand()
    {
        ReferenceNetwork network = new ReferenceNetwork(1, null).Conv1D(1, 2, dilation: 2);
        ReferenceResult result = network.Forward([10, 100, 0.5], new ReferenceBatch { Rows = 1, Steps = 4, Features = [1, 2, 3, 4], Lengths = [3] });
        Assert.Equal([100.5, 200.5, 310.5, 420.5], result.Outputs.Values);
        Assert.Equal([2, 3], result.FinalStates["conv1d_1/history"]);
        ReferenceNetwork groups = new ReferenceNetwork(2, null).Conv1D(2, 1, groups: 2, useBias: false);
        Assert.Equal([10, 200], groups.Forward([10, 100], new ReferenceBatch { Rows = 1, Steps = 1, Features = [1, 2] }).Outputs.Values);
    }

    [Fact]
    public void Pooling_equals_mean_and_maximum_by_hand()
    {
        var batch = new ReferenceBatch { Rows = 3, Steps = 3, Features = [1, -2, 4, 1, -2, 4, 1, -2, 4], Lengths = [3, 2, 0] };
        Assert.Equal([1, -0.5, 0], Pool(Pooling.Average));
        Assert.Equal([4, 1, 0], Pool(Pooling.Max));
        Assert.Equal([4, -2, 0], Pool(Pooling.Last));

        double[] Pool(Pooling pooling) => new ReferenceNetwork(1, null).GlobalPooling(pooling).Forward([], batch).Outputs.Values;
    }

    [Fact]
    public void One_unit_of_a_simple_recurrence_equals_the_formula_by_hand()
    {
        ReferenceNetwork network = new ReferenceNetwork(1, null).SimpleRnn(1);
        var batch = new ReferenceBatch { Rows = 1, Steps = 2, Features = [1, -2] };
        ReferenceResult result = network.Forward([0.3, -0.7, 0.02], batch);
        double h1 = Math.Tanh(0.32);
        double h2 = Math.Tanh(-0.6 - (0.7 * h1) + 0.02);
        Assert.Equal(h2, result.Outputs.Values[0], 14);
        Assert.Equal(h2, result.FinalStates["simple_rnn_1/h"][0], 14);
    }

    [Fact]
    public void Zoneout_of_one_unit_equals_the_formula_by_hand()
    {
        ReferenceNetwork network = new ReferenceNetwork(1, null).SimpleRnn(1, returnSequences: true, zoneout: 0.25);
        var batch = new ReferenceBatch { Rows = 1, Steps = 3, Features = [1, -2, 5], Lengths = [2] };
        double first = Math.Tanh(0.3 + 0.02);
        double h1 = 0.75 * first;
        double h2 = (0.25 * h1) + (0.75 * Math.Tanh(-0.6 - (0.7 * h1) + 0.02));
        double[] average = network.Forward([0.3, -0.7, 0.02], batch).Outputs.Values;
        Assert.Equal([h1, h2, h2], average, (a, b) => Math.Abs(a - b) < 1e-14);

        // A mask that keeps h in the second step.
        var masks = new Sequences(1, 3, 1);
        masks.Values[1] = 1;
        var masked = new ReferenceBatch { Rows = 1, Steps = 3, Features = [1, -2, 5], ZoneoutMasks = new Dictionary<string, Sequences> { ["simple_rnn_1/h"] = masks } };
        double h3 = Math.Tanh(1.5 - (0.7 * first) + 0.02);
        Assert.Equal([first, first, h3], network.Forward([0.3, -0.7, 0.02], masked).Outputs.Values, (a, b) => Math.Abs(a - b) < 1e-14);
    }

    [Fact]
    public void One_unit_that_goes_backwards_equals_the_formula_by_hand()
    {
        ReferenceNetwork network = new ReferenceNetwork(1, null).SimpleRnn(1, returnSequences: true, goBackwards: true);
        var batch = new ReferenceBatch { Rows = 1, Steps = 3, Features = [1, -2, 5], Lengths = [2] };
        ReferenceResult result = network.Forward([0.3, -0.7, 0.02], batch);
        double h2 = Math.Tanh(-0.6 + 0.02);
        double h1 = Math.Tanh(0.3 - (0.7 * h2) + 0.02);
        Assert.Equal(h1, result.Outputs.Values[0], 14);
        Assert.Equal(h2, result.Outputs.Values[1], 14);
        Assert.Equal(0, result.Outputs.Values[2]);
        Assert.Equal(h1, result.FinalStates["simple_rnn_1/h"][0], 14);
    }

    [Theory]
    [InlineData(Merge.Concat)]
    [InlineData(Merge.Sum)]
    [InlineData(Merge.Average)]
    [InlineData(Merge.Multiply)]
    public void One_unit_of_two_directions_equals_the_formula_by_hand(Merge merge)
    {
        ReferenceNetwork network = new ReferenceNetwork(1, null).SimpleRnn(1, bidirectional: merge);
        var batch = new ReferenceBatch { Rows = 1, Steps = 2, Features = [1, -2] };
        ReferenceResult result = network.Forward([0.3, -0.7, 0.02, -0.4, 0.5, 0.06], batch);
        double forward = Math.Tanh(-0.6 - (0.7 * Math.Tanh(0.32)) + 0.02);
        double backward = Math.Tanh(-0.4 + (0.5 * Math.Tanh(0.86)) + 0.06);
        double[] expected = merge switch
        {
            Merge.Concat => [forward, backward],
            Merge.Sum => [forward + backward],
            Merge.Average => [(forward + backward) / 2],
            _ => [forward * backward],
        };
        Assert.Equal(expected, result.Outputs.Values, (a, b) => Math.Abs(a - b) < 1e-14);
        Assert.Equal(forward, result.FinalStates["simple_rnn_1/forward/h"][0], 14);
        Assert.Equal(backward, result.FinalStates["simple_rnn_1/backward/h"][0], 14);
    }

    [Fact]
    public void A_kernel_that_is_the_embedding_equals_the_formula_by_hand()
    {
        ReferenceNetwork network = new ReferenceNetwork(0, null).Embedding(3, 2).TiedDense();
        ReferenceResult result = network.Forward([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.01, 0.02, 0.03], new ReferenceBatch { Rows = 1, Steps = 1, Tokens = [1] });
        Assert.Equal((0.3 * 0.1) + (0.4 * 0.2) + 0.01, result.Outputs.Values[0], 14);
        Assert.Equal(0.09 + 0.16 + 0.02, result.Outputs.Values[1], 14);
        Assert.Equal((0.3 * 0.5) + (0.4 * 0.6) + 0.03, result.Outputs.Values[2], 14);
    }

    [Fact]
    public void Penalties_equal_the_formula_by_hand()
    {
        ReferenceNetwork network = new ReferenceNetwork(1, Loss.MeanSquaredError).Dense(2);
        network.Layers[0].Penalties["kernel"] = (0.1, 0.01);
        network.Layers[0].Penalties["bias"] = (0, 0.5);
        var batch = new ReferenceBatch { Rows = 1, Steps = 1, Features = [0], Targets = [2, -3] };
        ReferenceResult result = network.Train([0.5, -2, 2, -3], batch);
        Assert.Equal((0.1 * 2.5) + (0.01 * 4.25) + (0.5 * 13), result.Loss, 14);
        double[] gradient = [.. result.Gradient.Select(value => Math.Round(value, 12))];
        Assert.Equal(new[] { 0.11, -0.14, 2, -3 }, gradient);
    }

    [Fact]
    public void Connections_equal_the_formulas_by_hand()
    {
        ReferenceNetwork network = new ReferenceNetwork(2, null).ResidualStart().Dense(2).ResidualEnd().InputSkip(1).InputSkip(0, 1);
        ReferenceResult result = network.Forward([0.1, 0.2, 0.3, 0.4, 0.01, 0.02], new ReferenceBatch { Rows = 1, Steps = 1, Features = [1, -2] });
        Assert.Equal(0.1 - 0.6 + 0.01 + 1 - 2, result.Outputs.Values[0], 14);
        Assert.Equal(0.2 - 0.8 + 0.02 - 2 - 2 + 1, result.Outputs.Values[1], 14);
    }

    [Fact]
    public void One_gated_unit_with_the_reset_gate_after_the_product_equals_the_formulas_by_hand()
    {
        ReferenceNetwork network = new ReferenceNetwork(1, null).Gru(1);
        double[] parameters = [0.1, 0.2, 0.3, -0.5, 0.6, -0.7, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06];
        ReferenceResult result = network.Forward(parameters, new ReferenceBatch { Rows = 1, Steps = 2, Features = [1, -2] });

        double h1 = (1 - Sigmoid(0.1 + 0.01 + 0.04)) * Math.Tanh(0.3 + 0.03 + (Sigmoid(0.2 + 0.02 + 0.05) * 0.06));
        double z = Sigmoid(-0.2 + 0.01 - (0.5 * h1) + 0.04);
        double r = Sigmoid(-0.4 + 0.02 + (0.6 * h1) + 0.05);
        double h2 = (z * h1) + ((1 - z) * Math.Tanh(-0.6 + 0.03 + (r * ((-0.7 * h1) + 0.06))));
        Assert.Equal(h2, result.Outputs.Values[0], 14);
        Assert.Equal(h2, result.FinalStates["gru_1/h"][0], 14);
    }

    [Fact]
    public void Two_gated_units_with_the_reset_gate_before_the_product_equal_the_formulas_by_hand()
    {
        ReferenceNetwork network = new ReferenceNetwork(1, null).Gru(2, resetAfter: false);
        double[] parameters =
        [
            .. new[] { 0.1, -0.1, 0.2, -0.2, 0.3, -0.3 },
            .. new[] { 0.11, 0.12, 0.13, 0.14, 0.15, 0.16 },
            .. new[] { 0.21, 0.22, 0.23, 0.24, 0.25, 0.26 },
            .. new[] { 0.01, 0.02, 0.03, 0.04, 0.05, 0.06 },
        ];
        ReferenceResult result = network.Forward(parameters, new ReferenceBatch { Rows = 1, Steps = 2, Features = [1, -2] });

        double a1 = (1 - Sigmoid(0.11)) * Math.Tanh(0.35);
        double b1 = (1 - Sigmoid(-0.08)) * Math.Tanh(-0.24);
        double az = Sigmoid(-0.2 + (0.11 * a1) + (0.21 * b1) + 0.01);
        double bz = Sigmoid(0.2 + (0.12 * a1) + (0.22 * b1) + 0.02);
        double ar = Sigmoid(-0.4 + (0.13 * a1) + (0.23 * b1) + 0.03);
        double br = Sigmoid(0.4 + (0.14 * a1) + (0.24 * b1) + 0.04);
        double a2 = (az * a1) + ((1 - az) * Math.Tanh(-0.6 + (0.15 * ar * a1) + (0.25 * br * b1) + 0.05));
        double b2 = (bz * b1) + ((1 - bz) * Math.Tanh(0.6 + (0.16 * ar * a1) + (0.26 * br * b1) + 0.06));
        Assert.Equal(a2, result.Outputs.Values[0], 14);
        Assert.Equal(b2, result.Outputs.Values[1], 14);
    }

    [Fact]
    public void One_unit_equals_the_formulas_by_hand()
    {
        ReferenceNetwork network = new ReferenceNetwork(1, null).Lstm(1);
        double[] parameters = [0.1, 0.2, 0.3, 0.4, -0.5, 0.6, -0.7, 0.8, 0.01, 1, 0.02, 0.03];
        var batch = new ReferenceBatch { Rows = 1, Steps = 2, Features = [1, -2] };
        ReferenceResult result = network.Forward(parameters, batch);

        double c1 = Sigmoid(0.11) * Math.Tanh(0.32);
        double h1 = Sigmoid(0.43) * Math.Tanh(c1);
        double c2 = (Sigmoid(-0.4 + (0.6 * h1) + 1) * c1) + (Sigmoid(-0.2 - (0.5 * h1) + 0.01) * Math.Tanh(-0.6 - (0.7 * h1) + 0.02));
        double h2 = Sigmoid(-0.8 + (0.8 * h1) + 0.03) * Math.Tanh(c2);
        Assert.Equal(h2, result.Outputs.Values[0], 14);
        Assert.Equal(h2, result.FinalStates["lstm_1/h"][0], 14);
        Assert.Equal(c2, result.FinalStates["lstm_1/c"][0], 14);
    }

    [Fact]
    public void One_unit_with_peepholes_and_a_limit_equals_the_formulas_by_hand()
    {
        ReferenceNetwork network = new ReferenceNetwork(1, null).Lstm(new LstmAttribute(1) { Peepholes = true, CellClip = 0.15625f, ForgetBias = 0.5f }, everyStep: false);
        double[] parameters = [0.1, 0.2, 0.3, 0.4, -0.5, 0.6, -0.7, 0.8, 0.01, 1, 0.02, 0.03, 0.9, -1.1, 0.7];
        var batch = new ReferenceBatch { Rows = 1, Steps = 2, Features = [1, -1] };
        ReferenceResult result = network.Forward(parameters, batch);

        double unlimited = Sigmoid(0.11) * Math.Tanh(0.32);
        const double c1 = 0.15625;
        Assert.True(unlimited > c1);
        double h1 = Sigmoid(0.43 + (0.7 * c1)) * Math.Tanh(c1);
        double i2 = Sigmoid(-0.1 - (0.5 * h1) + 0.01 + (0.9 * c1));
        double f2 = Sigmoid(-0.2 + (0.6 * h1) + 1.5 - (1.1 * c1));
        double c2 = (f2 * c1) + (i2 * Math.Tanh(-0.3 - (0.7 * h1) + 0.02));
        double h2 = Sigmoid(-0.4 + (0.8 * h1) + 0.03 + (0.7 * c2)) * Math.Tanh(c2);
        Assert.True(Math.Abs(c2) < c1);
        Assert.Equal(c2, result.FinalStates["lstm_1/c"][0], 14);
        Assert.Equal(h2, result.FinalStates["lstm_1/h"][0], 14);
    }

    [Fact]
    public void One_unit_with_limited_sums_equals_the_formulas_by_hand()
    {
        ReferenceNetwork network = new ReferenceNetwork(1, null).Lstm(new LstmAttribute(1) { SumClip = 0.25f, ForgetBias = 0.5f, Peepholes = true }, everyStep: false);
        double[] parameters = [0.1, 0.2, 0.3, 0.4, -0.5, 0.6, -0.7, 0.8, 0.01, -0.6, 0.02, -0.5, 0.9, -1.1, 0.7];
        var batch = new ReferenceBatch { Rows = 1, Steps = 2, Features = [1, -1] };
        ReferenceResult result = network.Forward(parameters, batch);

        // Only the candidate of the first step and f, g and o of the second are beyond the limit; c is not limited on its way out.
        double c1 = Sigmoid(0.11) * Math.Tanh(0.25);
        double h1 = Sigmoid(-0.1 + (0.7 * c1)) * Math.Tanh(c1);
        double c2 = (Sigmoid(-0.25) * c1) + (Sigmoid(-0.1 - (0.5 * h1) + 0.01 + (0.9 * c1)) * Math.Tanh(-0.25));
        double h2 = Sigmoid(-0.25) * Math.Tanh(c2);
        Assert.Equal(c2, result.FinalStates["lstm_1/c"][0], 14);
        Assert.Equal(h2, result.FinalStates["lstm_1/h"][0], 14);
    }

    [Fact]
    public void One_unit_with_coupled_gates_and_a_projection_equals_the_formulas_by_hand()
    {
        ReferenceNetwork network = new ReferenceNetwork(1, null).Lstm(new LstmAttribute(1) { CoupledGates = true, Projection = 1 }, everyStep: false);
        double[] parameters = [0.2, 0.3, 0.4, 0.6, -0.7, 0.8, 1, 0.02, 0.03, -1.25];
        var batch = new ReferenceBatch { Rows = 1, Steps = 2, Features = [1, -2] };
        ReferenceResult result = network.Forward(parameters, batch);

        double c1 = (1 - Sigmoid(1.2)) * Math.Tanh(0.32);
        double h1 = -1.25 * Sigmoid(0.43) * Math.Tanh(c1);
        double f2 = Sigmoid(-0.4 + (0.6 * h1) + 1);
        double c2 = (f2 * c1) + ((1 - f2) * Math.Tanh(-0.6 - (0.7 * h1) + 0.02));
        double h2 = -1.25 * Sigmoid(-0.8 + (0.8 * h1) + 0.03) * Math.Tanh(c2);
        Assert.Equal(c2, result.FinalStates["lstm_1/c"][0], 14);
        Assert.Equal(h2, result.FinalStates["lstm_1/h"][0], 14);
    }

    [Fact]
    public void Padding_changes_neither_state_nor_loss()
    {
        ReferenceNetwork network = Stacks["embedding, two LSTM, sparse CCE"];
        double[] parameters = TestData.ToDouble(TestData.Parameters(network.ParameterCount, seed: 1));
        var padded = new ReferenceBatch { Rows = 1, Steps = 4, Tokens = [1, 2, 3, 4], Labels = [2, 3, 4, 0], Lengths = [2] };
        var shorter = new ReferenceBatch { Rows = 1, Steps = 2, Tokens = [1, 2], Labels = [2, 3] };
        ReferenceResult a = network.Train(parameters, padded);
        ReferenceResult b = network.Train(parameters, shorter);
        Assert.Equal(b.Loss, a.Loss, 14);
        Assert.Equal(2, a.WeightSum);
        Assert.Equal(b.FinalStates["lstm_2/c"], a.FinalStates["lstm_2/c"]);
        Assert.Equal(b.Gradient, a.Gradient);
    }

    [Fact]
    public void Losses_equal_their_definitions()
    {
        double[] parameters = [0.3, -0.2, 0.1, 0.5, 0.4, -0.6];
        var targets = new ReferenceBatch { Rows = 1, Steps = 1, Features = [1, 2], Targets = [0.25f, 0.75f] };
        var label = new ReferenceBatch { Rows = 1, Steps = 1, Features = [1, 2], Labels = [1] };
        double z0 = 0.3 + 0.2 + 0.4;
        double z1 = -0.2 + 1.0 - 0.6;
        double y0 = Math.Exp(z0) / (Math.Exp(z0) + Math.Exp(z1));
        double s0 = Sigmoid(z0);
        double s1 = Sigmoid(z1);
        double binary = -0.5 * ((0.25 * Math.Log(s0)) + (0.75 * Math.Log(1 - s0)) + (0.75 * Math.Log(s1)) + (0.25 * Math.Log(1 - s1)));
        Assert.Equal(binary, LossOf(Loss.BinaryCrossEntropy, Activation.Sigmoid, targets), 14);
        Assert.Equal((-0.25 * Math.Log(y0)) - (0.75 * Math.Log(1 - y0)), LossOf(Loss.CategoricalCrossEntropy, Activation.Softmax, targets), 14);
        Assert.Equal(-Math.Log(1 - y0), LossOf(Loss.SparseCategoricalCrossEntropy, Activation.Softmax, label), 14);
        Assert.Equal((Math.Pow(z0 - 0.25, 2) + Math.Pow(z1 - 0.75, 2)) / 2, LossOf(Loss.MeanSquaredError, Activation.Linear, targets), 14);

        Assert.Equal((Math.Abs(z0 - 0.25) + Math.Abs(z1 - 0.75)) / 2, LossOf(Loss.MeanAbsoluteError, Activation.Linear, targets), 14);
        Assert.Equal((Math.Pow(z0 - 0.25, 2) + Math.Pow(z1 - 0.75, 2)) / 4, LossOf(Loss.Huber, Activation.Linear, targets), 14);

        double LossOf(Loss loss, Activation activation, ReferenceBatch batch) =>
            new ReferenceNetwork(2, loss).Dense(2, activation).Train(parameters, batch).Loss;
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static ReferenceBatch WithMasksAndStates(ReferenceNetwork network, ReferenceBatch batch)
    {
        var random = new Random(9);
        var masks = new List<Sequences>();
        foreach ((bool everyStep, int units, float rate) in network.Dropouts)
        {
            var mask = new Sequences(batch.Rows, everyStep ? batch.Steps : 1, units);
            for (int i = 0; i < mask.Values.Length; i++)
            {
                mask.Values[i] = random.NextDouble() < rate ? 0 : 1 / (1 - rate);
            }

            masks.Add(mask);
        }

        var states = new Dictionary<string, double[]>();
        foreach (ReferenceLayer layer in network.Layers)
        {
            foreach ((string state, int size) in layer.States.Zip(layer.StateSizes))
            {
                states[$"{layer.Name}/{state}"] = TestData.ToDouble(TestData.Floats(random, batch.Rows * size, -1, 1));
            }
        }

        return new ReferenceBatch
        {
            Rows = batch.Rows,
            Steps = batch.Steps,
            Tokens = batch.Tokens,
            Features = batch.Features,
            Labels = batch.Labels,
            LabelLengths = batch.LabelLengths,
            Targets = batch.Targets,
            Lengths = batch.Lengths,
            Weights = batch.Weights,
            InitialStates = states,
            DropoutMasks = masks,
        };
    }

    private static void AssertGradient(ReferenceNetwork network, float[] singleParameters, ReferenceBatch batch)
    {
        // Truncation costs ε² and rounding 1e-16 / ε: both about 1e-10 here.
        const double Epsilon = 1e-5;
        double[] parameters = TestData.ToDouble(singleParameters);
        double[] gradient = network.Train(parameters, batch).Gradient;
        Assert.Contains(gradient, value => value != 0);
        for (int i = 0; i < parameters.Length; i++)
        {
            double value = parameters[i];
            parameters[i] = value + Epsilon;
            double above = network.Train(parameters, batch, withGradient: false).Loss;
            parameters[i] = value - Epsilon;
            double below = network.Train(parameters, batch, withGradient: false).Loss;
            parameters[i] = value;
            double difference = (above - below) / (2 * Epsilon);
            Assert.True(
                Math.Abs(difference - gradient[i]) <= 1e-8 * Math.Max(1, Math.Abs(difference)),
                $"Parameter {i}: the gradient is {gradient[i]:R}, the difference quotient {difference:R}.");
        }
    }
}
