using System.Globalization;
using System.Security;
using System.Text;

namespace SourceGenLstm.Learning;

/// <summary>Draws the losses of a run as SVG: training and validation over epochs, the best measurement marked. Readable on light and on dark ground.</summary>
public static class LossPlot
{
    private const double Width = 760;
    private const double Height = 420;
    private const double Left = 68;
    private const double Right = 20;
    private const double Top = 72;
    private const double Bottom = 52;
    private const int MarkedPoints = 30;

    private const string Ink = "#7d8590";
    private const string TrainingColour = "#3b82f6";
    private const string ValidationColour = "#f08a24";

    /// <summary>Draws a run.</summary>
    /// <param name="history">The run, with at least one measurement.</param>
    /// <param name="title">What stands above; null for “Loss”.</param>
    /// <exception cref="ArgumentException">Nothing was measured.</exception>
    public static string ToSvg(TrainingHistory history, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(history);
        List<(double X, double Y)> training = GetPoints(history, record => record.Loss);
        List<(double X, double Y)> validation = GetPoints(history, record => record.ValidationLoss);
        if (training.Count + validation.Count == 0)
        {
            throw new ArgumentException("The history has no measurement to draw.", nameof(history));
        }

        IEnumerable<(double X, double Y)> all = training.Concat(validation);
        double last = all.Max(point => point.X);
        bool isFromStart = last <= 1 || all.Min(point => point.X) < 1;
        Axis x = Axis.Cover(isFromStart ? 0 : 1, last, 10, Left, Width - Right, isTight: true);
        Axis y = Axis.Cover(all.Min(point => point.Y), all.Max(point => point.Y), 6, Height - Bottom, Top, isTight: false);

        StringBuilder svg = new();
        Append(svg, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" width="{Width}" height="{Height}" """);
        Append(svg, $"""  font-family="system-ui, 'DejaVu Sans', sans-serif" font-size="12" fill="{Ink}">""");
        Append(svg, $"""<text x="{Left}" y="28" font-size="17" font-weight="600">{SecurityElement.Escape(title ?? "Loss")}</text>""");
        AppendAxes(svg, x, y);
        double legend = Left;
        AppendCurve(svg, training, x, y, TrainingColour, "training", ref legend);
        AppendCurve(svg, validation, x, y, ValidationColour, "validation", ref legend);
        AppendBest(svg, history.Best, x, y);
        svg.Append("</svg>\n");
        return svg.ToString();
    }

    /// <summary>Draws a run to a file. The file is either the old one or the whole new one.</summary>
    /// <param name="history">The run, with at least one measurement.</param>
    /// <param name="path">The file.</param>
    /// <param name="title">What stands above; null for “Loss”.</param>
    /// <exception cref="ArgumentException">Nothing was measured.</exception>
    public static void Save(TrainingHistory history, string path, string? title = null)
    {
        string svg = ToSvg(history, title);
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(svg)));
    }

    private static List<(double X, double Y)> GetPoints(TrainingHistory history, Func<TrainingRecord, double> getLoss)
        => [.. history.Measurements.Select(record => (record.Position, getLoss(record))).Where(point => double.IsFinite(point.Item2))];

    private static void AppendAxes(StringBuilder svg, Axis x, Axis y)
    {
        foreach (double tick in y.Ticks)
        {
            double at = y.Map(tick);
            Append(svg, $"""<path d="M{Left} {at:0.#}H{Width - Right}" stroke="{Ink}" stroke-opacity="0.22"/>""");
            Append(svg, $"""<text x="{Left - 10}" y="{at + 4:0.#}" text-anchor="end">{y.Format(tick)}</text>""");
        }

        double bottom = Height - Bottom;
        Append(svg, $"""<path d="M{Left} {bottom}H{Width - Right}" stroke="{Ink}"/>""");
        foreach (double tick in x.Ticks)
        {
            double at = x.Map(tick);
            Append(svg, $"""<path d="M{at:0.#} {bottom}v5" stroke="{Ink}"/>""");
            Append(svg, $"""<text x="{at:0.#}" y="{bottom + 20}" text-anchor="middle">{x.Format(tick)}</text>""");
        }

        Append(svg, $"""<text x="{(Left + Width - Right) / 2}" y="{Height - 12}" text-anchor="middle">epoch</text>""");
        Append(svg, $"""<text transform="translate(18 {(Top + bottom) / 2}) rotate(-90)" text-anchor="middle">loss</text>""");
    }

    private static void AppendCurve(StringBuilder svg, List<(double X, double Y)> points, Axis x, Axis y, string colour, string name, ref double legend)
    {
        if (points.Count == 0)
        {
            return;
        }

        Append(svg, $"""<path d="M{legend} 50h22" stroke="{colour}" stroke-width="2.5"/>""");
        string text = string.Create(CultureInfo.InvariantCulture, $"{name}, last {points[^1].Y:0.0000}");
        Append(svg, $"""<text x="{legend + 29}" y="54">{text}</text>""");
        legend += 200;

        svg.Append(CultureInfo.InvariantCulture, $"""<path fill="none" stroke="{colour}" stroke-width="2" stroke-linejoin="round" d="M""");
        svg.AppendJoin('L', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{x.Map(point.X):0.#} {y.Map(point.Y):0.#}")));
        svg.Append("\"/>\n");
        if (points.Count <= MarkedPoints)
        {
            foreach ((double X, double Y) point in points)
            {
                Append(svg, $"""<circle cx="{x.Map(point.X):0.#}" cy="{y.Map(point.Y):0.#}" r="2.6" fill="{colour}"/>""");
            }
        }
    }

    private static void AppendBest(StringBuilder svg, TrainingRecord? best, Axis x, Axis y)
    {
        if (best is null)
        {
            return;
        }

        string colour = double.IsNaN(best.ValidationLoss) ? TrainingColour : ValidationColour;
        double centreX = x.Map(best.Position);
        double centreY = y.Map(best.MonitoredLoss);
        Append(svg, $"""<circle cx="{centreX:0.#}" cy="{centreY:0.#}" r="6" fill="none" stroke="{colour}" stroke-width="1.6"/>""");
        Append(svg, $"""<text x="{Width - Right}" y="54" text-anchor="end">best {best.MonitoredLoss:0.0000} at epoch {best.Position:0.##}</text>""");
    }

    private static void Append(StringBuilder svg, FormattableString line) => svg.Append(FormattableString.Invariant(line)).Append('\n');

    /// <summary>A linear axis with ticks at round numbers.</summary>
    private sealed class Axis
    {
        private readonly double from;
        private readonly double to;
        private readonly double fromPixel;
        private readonly double toPixel;
        private readonly string format;

        private Axis(double from, double to, double step, double fromPixel, double toPixel)
        {
            this.from = from;
            this.to = to;
            this.fromPixel = fromPixel;
            this.toPixel = toPixel;
            int decimals = Math.Clamp((int)-Math.Floor(Math.Log10(step) + 1e-9), 0, 9);
            format = "F" + decimals.ToString(CultureInfo.InvariantCulture);

            // Whole multiples of the step; the margin keeps a tick that rounding has put just past an end.
            for (long multiple = (long)Math.Ceiling((from / step) - 1e-6); multiple <= (to / step) + 1e-6; multiple++)
            {
                Ticks.Add(multiple * step);
            }
        }

        public List<double> Ticks { get; } = [];

        public static Axis Cover(double smallest, double largest, int wantedTicks, double fromPixel, double toPixel, bool isTight)
        {
            if (largest - smallest < 1e-9 * Math.Max(1, Math.Abs(largest)))
            {
                double margin = Math.Max(0.05, Math.Abs(largest) * 0.05);
                (smallest, largest) = (smallest - margin, largest + margin);
            }

            double rough = (largest - smallest) / wantedTicks;
            double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
            double step = power * ((rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
            return isTight
                ? new Axis(smallest, largest, step, fromPixel, toPixel)
                : new Axis(Math.Floor(smallest / step) * step, Math.Ceiling(largest / step) * step, step, fromPixel, toPixel);
        }

        public double Map(double value) => fromPixel + ((value - from) / (to - from) * (toPixel - fromPixel));

        public string Format(double tick) => tick.ToString(format, CultureInfo.InvariantCulture);
    }
}
