using System.Buffers.Binary;
using System.Text;

namespace SourceGenLstm.Tests.Files;

public sealed class SafeTensorsTests : IDisposable
{
    private static readonly Dictionary<string, string> NoMetadata = [];

    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void What_is_saved_is_loaded()
    {
        string path = directory.File("weights.safetensors");
        TensorShape[] tensors = [new("z/kernel", [2, 3]), new("a/bias", [3]), new("scalar", []), new("ε", [0, 5])];
        float[] values = [1, -2, float.Epsilon, float.MaxValue, float.NaN, float.NegativeInfinity, 0.1f, 0.2f, -0.0f, 42];
        Dictionary<string, string> metadata = new() { ["b"] = "ü \" \\ \n", ["a"] = "" };
        SafeTensors.Save(path, tensors, metadata, values);

        ITensors loaded = SafeTensors.Load(path);
        Assert.Equal(metadata, loaded.Metadata);
        Assert.Equal(tensors.Select(Text).Order(StringComparer.Ordinal), loaded.Tensors.Select(Text).Order(StringComparer.Ordinal));
        Assert.Equal(Bits(values[..6]), Bits(Read(loaded, "z/kernel", 6)));
        Assert.Equal(Bits(values[6..9]), Bits(Read(loaded, "a/bias", 3)));
        Assert.Equal([42], Read(loaded, "scalar", 1));
        Assert.Empty(Read(loaded, "ε", 0));
        Assert.Single(Directory.GetFileSystemEntries(directory.Path));

        static string Text(TensorShape tensor) => $"{tensor.Name} [{string.Join(", ", tensor.Shape)}]";
    }

    [Fact]
    public void Large_tensors_come_back_whole()
    {
        // More than one chunk, and not a whole number of them.
        float[] values = new float[50_001];
        Initializers.Uniform(values, 1, new SeededRandom(1));
        using MemoryStream stream = new();
        SafeTensors.Save(stream, [new("a", [20_000]), new("b", [30_001])], NoMetadata, values);
        stream.Position = 0;
        ITensors loaded = SafeTensors.Load(stream);
        Assert.Equal(values, (float[])[.. Read(loaded, "a", 20_000), .. Read(loaded, "b", 30_001)]);
    }

    [Fact]
    public void The_bytes_are_those_of_the_format()
    {
        using MemoryStream stream = new();
        SafeTensors.Save(stream, [new("b", [2]), new("a", [1, 1])], new Dictionary<string, string> { ["k2"] = "v2", ["k1"] = "v1" }, [1.5f, -2, 0.25f]);

        const string Json =
            """{"__metadata__":{"k1":"v1","k2":"v2"},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},""" +
            "\"a\":{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[8,12]}}";
        int headerLength = ((8 + Json.Length + 63) / 64 * 64) - 8;
        List<byte> expected = [.. BitConverter.GetBytes((ulong)headerLength)];
        expected.AddRange(Encoding.UTF8.GetBytes(Json.PadRight(headerLength)));
        expected.AddRange([0x00, 0x00, 0xC0, 0x3F, 0x00, 0x00, 0x00, 0xC0, 0x00, 0x00, 0x80, 0x3E]);
        Assert.Equal(expected, stream.ToArray());
    }

    [Fact]
    public void Other_types_become_float32()
    {
        const string Json = """
            {"half":{"dtype":"F16","shape":[3],"data_offsets":[8,14]},
             "brain":{"dtype":"BF16","shape":[2],"data_offsets":[14,18]},
             "double":{"dtype":"F64","shape":[],"data_offsets":[0,8]}}
            """;
        byte[] data = new byte[18];
        BinaryPrimitives.WriteDoubleLittleEndian(data, 0.1);
        BinaryPrimitives.WriteHalfLittleEndian(data.AsSpan(8), (Half)1.5f);
        BinaryPrimitives.WriteHalfLittleEndian(data.AsSpan(10), Half.Epsilon);
        BinaryPrimitives.WriteHalfLittleEndian(data.AsSpan(12), Half.NegativeInfinity);
        BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(14), 0x3F80);
        BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(16), 0xC049);
        ITensors loaded = SafeTensors.Load(Stream(Json, data));
        Assert.Equal([0.1f], Read(loaded, "double", 1));
        Assert.Equal([1.5f, (float)Half.Epsilon, float.NegativeInfinity], Read(loaded, "half", 3));
        Assert.Equal([1f, -3.140625f], Read(loaded, "brain", 2));
        Assert.Equal(["double", "half", "brain"], loaded.Tensors.Select(tensor => tensor.Name));
    }

    [Fact]
    public void A_stream_is_read_from_where_it_stands_and_need_not_seek()
    {
        using MemoryStream stream = new();
        stream.Write([1, 2, 3]);
        SafeTensors.Save(stream, [new("a", [1])], NoMetadata, [7]);
        stream.Position = 3;
        Assert.Equal([7], Read(SafeTensors.Load(stream), "a", 1));
        Assert.True(stream.CanRead);

        stream.Position = 3;
        using ForwardStream forward = new(stream);
        Assert.Equal([7], Read(SafeTensors.Load(forward), "a", 1));
    }

    [Fact]
    public void A_file_without_tensors_is_a_file()
    {
        ITensors loaded = SafeTensors.Load(Stream("{}", []));
        Assert.Empty(loaded.Tensors);
        Assert.Empty(loaded.Metadata);
    }

    [Fact]
    public void Reading_what_is_not_there_is_refused()
    {
        ITensors loaded = SafeTensors.Load(Stream("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", new byte[4]));
        Assert.Contains("'b'", Assert.Throws<ArgumentException>("name", () => loaded.Read("b", new float[1])).Message, StringComparison.Ordinal);
        Assert.Contains("'a'", Assert.Throws<ArgumentException>("destination", () => loaded.Read("a", new float[2])).Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, int, string> Malformed() => new()
    {
        { "", 0, "does not begin with" },
        { " {}", 0, "does not begin with" },
        { "[]", 0, "does not begin with" },
        { "{", 0, "not valid JSON" },
        { "{} x", 0, "not valid JSON" },
        { "{}{}", 0, "not valid JSON" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},}""", 4, "not valid JSON" },
        { """{"a\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "not valid JSON" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":{"x":{"x":{"x":{"x":{"x":{"x":{"x":1}}}}}}}}}}""", 4, "'a' has 'x'" },
        { """{"a":3}""", 0, "'a' is not an object" },
        { """{"a":{}}""", 0, "'a' has no dtype" },
        { """{"a":{"dtype":"F32","data_offsets":[0,4]}}""", 4, "'a' has no shape" },
        { """{"a":{"dtype":"F32","shape":[1]}}""", 4, "'a' has no data_offsets" },
        { """{"a":{"dtype":7,"shape":[1],"data_offsets":[0,4]}}""", 4, "'a' needs one dtype" },
        { """{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "'a' needs one dtype" },
        { """{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}""", 8, "'a' is of type 'I64'" },
        { """{"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}""", 4, "'a' has a shape that is not an array" },
        { """{"a":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}""", 4, "'a' has two shapes" },
        { """{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "'a' has a shape with" },
        { """{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,6]}}""", 6, "'a' has a shape with" },
        { """{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", 4, "'a' has a shape with" },
        { """{"a":{"dtype":"F32","shape":[3000000000],"data_offsets":[0,4]}}""", 4, "'a' is too large" },
        { """{"a":{"dtype":"F32","shape":[65536,65536],"data_offsets":[0,4]}}""", 4, "'a' is too large" },
        { """{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "'a' is too large" },
        { """{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}""", 4, "'a' has a shape with" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 4, "'a' has data_offsets that are not" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "'a' has data_offsets that are not" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"data_offsets":[0,4]}}""", 4, "'a' has data_offsets twice" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "'a' has 2 values of 4 bytes" },
        { """{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,8]}}""", 8, "'a' has 2 values of 2 bytes" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 3, "tensor 'a' ends at byte 4, the values at 3" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, "end at byte 4, the values at 5" },
        { """{}""", 1, "end at byte 0, the values at 1" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "bytes 0 to 4, before tensor 'a', belong to no tensor" },
        {
            """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
            8,
            "tensor 'b' begins at byte 4, inside"
        },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "'a' comes twice" },
        { """{"__metadata__":[]}""", 0, "'__metadata__' is not an object" },
        { """{"__metadata__":{"k":1}}""", 0, "'__metadata__' has 'k', which is not text" },
        { """{"__metadata__":{"k":"1","k":"2"}}""", 0, "'__metadata__' has 'k' twice" },
        { """{"__metadata__":{},"__metadata__":{}}""", 0, "'__metadata__' comes twice" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_malformed_header_is_refused_by_name(string json, int dataLength, string problem)
    {
        string path = directory.File("bad.safetensors");
        File.WriteAllBytes(path, Bytes(json, new byte[dataLength]));
        WeightsFormatException exception = Assert.Throws<WeightsFormatException>(() => SafeTensors.Load(path));
        Assert.Contains(problem, exception.Message, StringComparison.Ordinal);
        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_file_of_tensors_at_all_is_refused()
    {
        AssertRefused([], "it has 0 bytes");
        AssertRefused([1, 2, 3], "it has 3 bytes");
        AssertRefused([16, 0, 0, 0, 0, 0, 0, 0, (byte)'{'], "16 bytes long, 1 follow");
        AssertRefused([.. Enumerable.Repeat((byte)0xFF, 64)], "18446744073709551615 bytes long, 100000000 are the most");
        AssertRefused(Encoding.UTF8.GetBytes("PK this is a zip archive or a text"), "bytes long");
        AssertRefused([3, 0, 0, 0, 0, 0, 0, 0, (byte)'{', 0xFF, (byte)'}'], "not UTF-8");

        static void AssertRefused(byte[] bytes, string problem)
        {
            WeightsFormatException exception = Assert.Throws<WeightsFormatException>(() => SafeTensors.Load(new MemoryStream(bytes)));
            Assert.Contains(problem, exception.Message, StringComparison.Ordinal);
            Assert.Throws<WeightsFormatException>(() => SafeTensors.Load(new ForwardStream(new MemoryStream(bytes))));
        }
    }

    [Fact]
    public void A_missing_file_is_no_matter_of_format() =>
        Assert.Throws<FileNotFoundException>(() => SafeTensors.Load(directory.File("missing.safetensors")));

    [Fact]
    public void Whatever_bytes_change_nothing_else_than_a_format_exception_comes_out()
    {
        using MemoryStream stream = new();
        SafeTensors.Save(
            stream,
            [new("lstm_1/kernel", [3, 8]), new("lstm_1/bias", [8]), new("dense_1/kernel", [2, 2])],
            new Dictionary<string, string> { ["sourcegenlstm.fingerprint"] = "lstm(2)" },
            new float[36]);
        byte[] valid = stream.ToArray();
        int header = BitConverter.ToInt32(valid) + 8;
        byte[] likely = Encoding.UTF8.GetBytes("{}[]\",:0123456789-eE.\\ au/\u00e9");
        SeededRandom random = new(37);
        int refused = 0;
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = [.. valid];
            for (int changes = random.NextInt32(4) + 1; changes > 0; changes--)
            {
                int place = random.NextInt32(header);
                bytes[place] = random.NextInt32(2) == 0 ? likely[random.NextInt32(likely.Length)] : (byte)random.NextInt32(256);
            }

            if (random.NextInt32(4) == 0)
            {
                Array.Resize(ref bytes, random.NextInt32(valid.Length + 100));
            }

            try
            {
                foreach (TensorShape tensor in SafeTensors.Load(new MemoryStream(bytes)).Tensors)
                {
                    Assert.InRange(tensor.Shape.Aggregate(1L, (product, size) => product * size), 0, bytes.Length);
                }
            }
            catch (WeightsFormatException)
            {
                refused++;
            }
        }

        // Some changes hit a name or the metadata and do no harm.
        Assert.InRange(refused, 10_000, 19_999);
    }

    [Fact]
    public void Tensors_that_make_no_file_are_refused_before_it_is_touched()
    {
        string path = directory.File("weights.safetensors");
        File.WriteAllBytes(path, [1, 2, 3]);
        AssertRefused("2 values, 1 were given", [new("a", [2])], [1]);
        AssertRefused("1 values, 2 were given", [new("a", [1])], [1, 2]);
        AssertRefused("'a'", [new("a", [1]), new("a", [1])], [1, 2]);
        AssertRefused("'__metadata__'", [new("__metadata__", [1])], [1]);
        AssertRefused("'a' has a negative size", [new("a", [-1, -1])], [1]);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Single(Directory.GetFileSystemEntries(directory.Path));

        void AssertRefused(string problem, TensorShape[] tensors, float[] values)
        {
            ArgumentException exception = Assert.Throws<ArgumentException>(() => SafeTensors.Save(path, tensors, NoMetadata, values));
            Assert.Contains(problem, exception.Message, StringComparison.Ordinal);
        }
    }

    private static float[] Read(ITensors tensors, string name, int length)
    {
        float[] values = new float[length];
        tensors.Read(name, values);
        return values;
    }

    private static uint[] Bits(float[] values) => [.. values.Select(BitConverter.SingleToUInt32Bits)];

    private static MemoryStream Stream(string json, byte[] data) => new(Bytes(json, data));

    private static byte[] Bytes(string json, byte[] data)
    {
        byte[] header = Encoding.UTF8.GetBytes(json);
        return [.. BitConverter.GetBytes((ulong)header.Length), .. header, .. data];
    }

    /// <summary>A stream such as that of a network connection: no length, no position.</summary>
    private sealed class ForwardStream(Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException("No length.");

        public override long Position
        {
            get => throw new NotSupportedException("No position.");
            set => throw new NotSupportedException("No position.");
        }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, Math.Min(count, 5));

        public override void Flush() => inner.Flush();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("No position.");

        public override void SetLength(long value) => throw new NotSupportedException("Read only.");

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read only.");
    }
}
