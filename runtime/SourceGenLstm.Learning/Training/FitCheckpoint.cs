using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace SourceGenLstm.Learning;

/// <summary>
/// The file that a run goes on from: a zip archive, not compressed, with <c>run.json</c> (the place in the data, sums, history), <c>trainer</c> (what
/// <see cref="ITrainer.SaveCheckpoint"/> writes) and, where weights are kept, <c>best</c> (float32, little-endian, in the canonical layout). One file, so
/// that its parts always belong together.
/// </summary>
internal static class FitCheckpoint
{
    private const int Version = 1;
    private const string RunEntry = "run.json";
    private const string TrainerEntry = "trainer";
    private const string BestEntry = "best";

    public static void Save(
        string path, ITrainer trainer, IDataSet data, FitOptions options, FitState state, TrainingHistory history, TimeSpan elapsed)
    {
        string trainerPath = TemporaryPath(path);
        try
        {
            trainer.SaveCheckpoint(trainerPath);
            AtomicFile.Write(path, stream =>
            {
                using ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true);
                using (Stream entry = Create(archive, RunEntry))
                using (Utf8JsonWriter writer = new(entry, new JsonWriterOptions { Indented = true }))
                {
                    WriteRun(writer, trainer, data, options, state, history, elapsed);
                }

                using (Stream entry = Create(archive, TrainerEntry))
                using (FileStream source = File.OpenRead(trainerPath))
                {
                    source.CopyTo(entry);
                }

                if (state.BestWeights is not null && history.Best is not null)
                {
                    using Stream entry = Create(archive, BestEntry);
                    WriteFloats(entry, state.BestWeights);
                }
            });
        }
        finally
        {
            File.Delete(trainerPath);
        }
    }

    /// <summary>Reads a run. The trainer is the last to be changed, so that a file that does not fit changes nothing.</summary>
    public static void Restore(string path, ITrainer trainer, IDataSet data, FitOptions options, FitState state, TrainingHistory history)
    {
        string trainerPath = TemporaryPath(path);
        try
        {
            float scale;
            using (ZipArchive archive = ZipFile.OpenRead(path))
            {
                using (Stream entry = Open(archive, RunEntry))
                using (JsonDocument document = JsonDocument.Parse(entry))
                {
                    scale = ReadRun(document.RootElement, trainer, data, options, state, history);
                }

                if (state.BestWeights is not null && history.Best is not null)
                {
                    using Stream entry = Open(archive, BestEntry);
                    entry.ReadExactly(MemoryMarshal.AsBytes(state.BestWeights.AsSpan()));
                    if (!BitConverter.IsLittleEndian)
                    {
                        ReverseBytes(state.BestWeights);
                    }
                }

                using (Stream entry = Open(archive, TrainerEntry))
                using (FileStream destination = File.Create(trainerPath))
                {
                    entry.CopyTo(destination);
                }
            }

            trainer.RestoreCheckpoint(trainerPath);
            trainer.LearningRateScale = scale;
        }
        catch (Exception exception) when (exception is not WeightsFormatException && (JsonFile.IsContentError(exception) || exception is EndOfStreamException))
        {
            throw new InvalidDataException($"The checkpoint '{path}' cannot be resumed: {exception.Message}", exception);
        }
        finally
        {
            File.Delete(trainerPath);
        }
    }

    private static string TemporaryPath(string path) => $"{path}.{Guid.NewGuid():N}.tmp";

    private static Stream Create(ZipArchive archive, string name) => archive.CreateEntry(name, CompressionLevel.NoCompression).Open();

    private static Stream Open(ZipArchive archive, string name)
        => archive.GetEntry(name)?.Open() ?? throw new InvalidDataException($"it has no part '{name}'");

    private static void WriteFloats(Stream stream, float[] values)
    {
        if (BitConverter.IsLittleEndian)
        {
            stream.Write(MemoryMarshal.AsBytes(values.AsSpan()));
            return;
        }

        float[] reversed = [.. values];
        ReverseBytes(reversed);
        stream.Write(MemoryMarshal.AsBytes(reversed.AsSpan()));
    }

    private static void ReverseBytes(float[] values)
    {
        Span<int> bits = MemoryMarshal.Cast<float, int>(values.AsSpan());
        System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(bits, bits);
    }

    private static void WriteRun(
        Utf8JsonWriter writer, ITrainer trainer, IDataSet data, FitOptions options, FitState state, TrainingHistory history, TimeSpan elapsed)
    {
        writer.WriteStartObject();
        writer.WriteNumber("version", Version);
        writer.WriteString("network", trainer.Network.Description.Name);
        writer.WriteNumber("sequences", data.SequenceCount);
        writer.WriteNumber("steps", data.Steps);
        writer.WriteNumber("batchSize", data.BatchSize);
        writer.WriteBoolean("contiguous", data.IsContiguous);
        writer.WriteBoolean("shuffle", options.Shuffle);
        writer.WriteNumber("seed", options.Seed);
        writer.WriteNumber("epoch", state.Epoch);
        writer.WriteNumber("batch", state.Batch);
        writer.WriteNumber("measuredAt", state.MeasuredAt);
        writer.WriteNumber("seconds", elapsed.TotalSeconds);
        writer.WriteNumber("validationSecondsOfEpoch", state.ValidationSecondsOfEpoch);
        writer.WriteNumber("scale", trainer.LearningRateScale);
        WriteMean(writer, "epochMean", in state.EpochMean);
        WriteMean(writer, "measurementMean", in state.MeasurementMean);
        WriteRecords(writer, "epochs", history.Epochs);
        WriteRecords(writer, "measurements", history.Measurements);
        writer.WriteEndObject();
    }

    private static float ReadRun(JsonElement run, ITrainer trainer, IDataSet data, FitOptions options, FitState state, TrainingHistory history)
    {
        int version = run.GetProperty("version").GetInt32();
        if (version != Version)
        {
            throw new InvalidDataException($"it has version {version}, this program reads version {Version}");
        }

        List<string> mismatches = [];
        Compare("network", run.GetProperty("network").GetString(), trainer.Network.Description.Name);
        Compare("number of sequences", run.GetProperty("sequences").GetInt32(), data.SequenceCount);
        Compare("steps", run.GetProperty("steps").GetInt32(), data.Steps);
        Compare("batch size", run.GetProperty("batchSize").GetInt32(), data.BatchSize);
        Compare("contiguous rows", run.GetProperty("contiguous").GetBoolean(), data.IsContiguous);
        Compare("shuffle", run.GetProperty("shuffle").GetBoolean(), options.Shuffle);
        Compare("seed", run.GetProperty("seed").GetUInt64(), options.Seed);
        if (mismatches.Count > 0)
        {
            throw new InvalidDataException($"it belongs to another run ({string.Join("; ", mismatches)})");
        }

        state.Epoch = run.GetProperty("epoch").GetInt32();
        state.Batch = run.GetProperty("batch").GetInt32();
        if (state.Epoch < 0 || state.Batch < 0 || state.Batch > data.BatchCount)
        {
            throw new InvalidDataException($"its place, epoch {state.Epoch} and batch {state.Batch}, lies outside the data");
        }

        state.MeasuredAt = run.GetProperty("measuredAt").GetInt64();
        state.EarlierTime = TimeSpan.FromSeconds(run.GetProperty("seconds").GetDouble());
        state.ValidationSecondsOfEpoch = run.GetProperty("validationSecondsOfEpoch").GetDouble();
        state.EpochMean = ReadMean(run.GetProperty("epochMean"));
        state.MeasurementMean = ReadMean(run.GetProperty("measurementMean"));
        foreach (JsonElement record in run.GetProperty("epochs").EnumerateArray())
        {
            history.AddEpoch(ReadRecord(record));
        }

        foreach (JsonElement record in run.GetProperty("measurements").EnumerateArray())
        {
            history.AddMeasurement(ReadRecord(record));
        }

        return run.GetProperty("scale").GetSingle();

        void Compare<T>(string name, T saved, T actual)
        {
            if (!EqualityComparer<T>.Default.Equals(saved, actual))
            {
                mismatches.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}: {saved}, now {actual}"));
            }
        }
    }

    private static void WriteMean(Utf8JsonWriter writer, string name, in WeightedMean mean)
    {
        writer.WriteStartObject(name);
        WriteNumber(writer, "loss", mean.LossSum);
        WriteNumber(writer, "accuracy", mean.AccuracySum);
        WriteNumber(writer, "weight", mean.WeightSum);
        writer.WriteNumber("sequences", mean.Sequences);
        writer.WriteNumber("seconds", mean.Seconds);
        writer.WriteEndObject();
    }

    private static WeightedMean ReadMean(JsonElement mean) => new()
    {
        LossSum = ReadNumber(mean, "loss"),
        AccuracySum = ReadNumber(mean, "accuracy"),
        WeightSum = ReadNumber(mean, "weight"),
        Sequences = mean.GetProperty("sequences").GetInt64(),
        Seconds = mean.GetProperty("seconds").GetDouble(),
    };

    private static void WriteRecords(Utf8JsonWriter writer, string name, IReadOnlyList<TrainingRecord> records)
    {
        writer.WriteStartArray(name);
        foreach (TrainingRecord record in records)
        {
            writer.WriteStartObject();
            writer.WriteNumber("epoch", record.Epoch);
            writer.WriteNumber("batch", record.Batch);
            writer.WriteNumber("batches", record.Batches);
            writer.WriteNumber("update", record.Update);
            WriteNumber(writer, "loss", record.Loss);
            WriteNumber(writer, "accuracy", record.Accuracy);
            WriteNumber(writer, "validationLoss", record.ValidationLoss);
            WriteNumber(writer, "validationAccuracy", record.ValidationAccuracy);
            WriteNumber(writer, "learningRate", record.LearningRate);
            WriteNumber(writer, "seconds", record.Seconds);
            WriteNumber(writer, "samplesPerSecond", record.SamplesPerSecond);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static TrainingRecord ReadRecord(JsonElement record) => new(
        record.GetProperty("epoch").GetInt32(),
        record.GetProperty("batch").GetInt32(),
        record.GetProperty("batches").GetInt32(),
        record.GetProperty("update").GetInt64(),
        ReadNumber(record, "loss"),
        ReadNumber(record, "accuracy"),
        ReadNumber(record, "validationLoss"),
        ReadNumber(record, "validationAccuracy"),
        ReadNumber(record, "learningRate"),
        ReadNumber(record, "seconds"),
        ReadNumber(record, "samplesPerSecond"));

    // JSON has no NaN; null stands for it.
    private static void WriteNumber(Utf8JsonWriter writer, string name, double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumber(name, value);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private static double ReadNumber(JsonElement element, string name)
    {
        JsonElement value = element.GetProperty(name);
        return value.ValueKind == JsonValueKind.Null ? double.NaN : value.GetDouble();
    }
}
