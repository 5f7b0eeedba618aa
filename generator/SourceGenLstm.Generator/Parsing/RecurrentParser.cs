using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Parsing;

/// <summary>Reads the attributes of recurrent layers.</summary>
internal static class RecurrentParser
{
    public static LayerSpec Lstm(AttributeReader attribute)
    {
        const string Output = "OutputActivation";
        ActivationFunction activation = attribute.Function(nameof(LstmSpec.Activation), Activation.Tanh);
        bool hasOutput = attribute.IsGiven(Output) || attribute.IsGiven(Output + AttributeReader.Alpha) || attribute.IsGiven(Output + AttributeReader.Beta);
        return Shared(attribute, new LstmSpec(
            attribute.Size("units"),
            attribute.Flag(nameof(LstmSpec.ReturnSequences)),
            activation,
            attribute.Function(nameof(LstmSpec.RecurrentActivation), Activation.Sigmoid),
            hasOutput ? attribute.Function(Output, activation) : null)
        {
            UnitForgetBias = attribute.Flag(nameof(LstmSpec.UnitForgetBias), defaultValue: true),
            ForgetBias = attribute.Number(nameof(LstmSpec.ForgetBias)),
            Peepholes = attribute.Flag(nameof(LstmSpec.Peepholes)),
            CoupledGates = attribute.Flag(nameof(LstmSpec.CoupledGates)),
            CellZoneout = attribute.Rate(nameof(LstmSpec.CellZoneout)),
            CellClip = attribute.PositiveNumber(nameof(LstmSpec.CellClip)),
            Projection = attribute.Size(nameof(LstmSpec.Projection)),
        });
    }

    public static LayerSpec Gru(AttributeReader attribute) => Shared(attribute, new GruSpec(
        attribute.Size("units"),
        attribute.Flag(nameof(GruSpec.ReturnSequences)),
        attribute.Flag(nameof(GruSpec.ResetAfter), defaultValue: true),
        attribute.Function(nameof(GruSpec.Activation), Activation.Tanh),
        attribute.Function(nameof(GruSpec.RecurrentActivation), Activation.Sigmoid)));

    public static LayerSpec SimpleRnn(AttributeReader attribute) => Shared(attribute, new SimpleRnnSpec(
        attribute.Size("units"), attribute.Flag(nameof(SimpleRnnSpec.ReturnSequences)), attribute.Function(nameof(SimpleRnnSpec.Activation), Activation.Tanh)));

    // What every recurrent layer can be told.
    private static RecurrentSpec Shared(AttributeReader attribute, RecurrentSpec layer) => layer with
    {
        GoBackwards = attribute.Flag(nameof(RecurrentSpec.GoBackwards)),
        Bidirectional = attribute.Choice(nameof(RecurrentSpec.Bidirectional), Merge.None),
        UseBias = attribute.Flag(nameof(RecurrentSpec.UseBias), defaultValue: true),
        InputDropout = attribute.Rate("Dropout"),
        RecurrentDropout = attribute.Rate(nameof(RecurrentSpec.RecurrentDropout)),
        Zoneout = attribute.Rate(nameof(RecurrentSpec.Zoneout)),
        SumClip = attribute.PositiveNumber(nameof(RecurrentSpec.SumClip)),
    };
}
