using System.Globalization;
using System.Xml.Linq;

namespace SourceGenLstm.Learning.Tests;

public sealed class LossPlotTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Both_curves_stand_within_the_axes()
    {
        XElement svg = XElement.Parse(LossPlot.ToSvg(CreateHistory(12, hasValidation: true), "Tiny & <small>"));

        XElement[] curves = [.. svg.Elements(Svg + "path").Where(path => (string?)path.Attribute("fill") == "none")];
        Assert.Equal(2, curves.Length);
        foreach (XElement curve in curves)
        {
            string[] points = ((string)curve.Attribute("d")!)[1..].Split('L');
            Assert.Equal(12, points.Length);
            foreach (string point in points)
            {
                double[] place = [.. point.Split(' ').Select(value => double.Parse(value, CultureInfo.InvariantCulture))];
                Assert.InRange(place[0], 60, 745);
                Assert.InRange(place[1], 70, 370);
            }
        }

        string[] texts = [.. svg.Elements(Svg + "text").Select(text => text.Value)];
        Assert.Contains("Tiny & <small>", texts);
        Assert.Contains(texts, text => text.StartsWith("training", StringComparison.Ordinal));
        Assert.Contains(texts, text => text.StartsWith("validation", StringComparison.Ordinal));
        Assert.Contains(texts, text => text.StartsWith("best ", StringComparison.Ordinal));
        Assert.Contains("epoch", texts);
    }

    [Fact]
    public void A_run_without_validation_has_one_curve()
    {
        XElement svg = XElement.Parse(LossPlot.ToSvg(CreateHistory(3, hasValidation: false)));

        Assert.Single(svg.Elements(Svg + "path"), path => (string?)path.Attribute("fill") == "none");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    public void Any_number_of_measurements_gives_numbers(int count)
    {
        string svg = LossPlot.ToSvg(CreateHistory(count, hasValidation: true));

        Assert.DoesNotContain("NaN", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("∞", svg, StringComparison.Ordinal);
        Assert.DoesNotContain(">-0", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void A_foreign_culture_changes_nothing()
    {
        TrainingHistory history = CreateHistory(5, hasValidation: true);
        string expected = LossPlot.ToSvg(history);
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo foreign = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        foreign.NumberFormat.NumberDecimalSeparator = ",";
        foreign.NumberFormat.NegativeSign = "−";
        try
        {
            CultureInfo.CurrentCulture = foreign;
            Assert.Equal(expected, LossPlot.ToSvg(history));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_plot_is_saved()
    {
        using TemporaryDirectory directory = new();
        TrainingHistory history = CreateHistory(5, hasValidation: true);

        LossPlot.Save(history, directory["loss.svg"]);

        Assert.Equal(LossPlot.ToSvg(history), File.ReadAllText(directory["loss.svg"]));
    }

    [Fact]
    public void An_empty_history_is_refused()
    {
        FakeTrainer trainer = new(FakeNetwork.Bigram(256, 2, 1), new Sgd());
        TrainingHistory history = trainer.Fit(TextWindows.From("text", 2, 1), cancellationToken: new CancellationToken(canceled: true));

        Assert.Throws<ArgumentException>(() => LossPlot.ToSvg(history));
    }

    private static TrainingHistory CreateHistory(int epochs, bool hasValidation)
    {
        FakeTrainer trainer = new(FakeNetwork.Bigram(256, 8, 2), new Sgd(5));
        return trainer.Fit(
            TextWindows.From("the quick brown fox jumps over the lazy dog", 8, 2),
            epochs,
            options: new FitOptions { ValidationData = hasValidation ? TextWindows.From("the dog jumps over the fox", 8, 2) : null });
    }
}
