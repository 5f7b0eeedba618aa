using System.Runtime.InteropServices;

namespace SourceGenLstm.NetworkTests.Fixtures;

/// <summary>A float32 tensor of an ONNX test: a protobuf message with the sizes in field 1 and the values, little-endian, in field 9.</summary>
internal sealed record OnnxTensor(int[] Shape, float[] Values)
{
    private const int Shapes = 1;
    private const int RawData = 9;

    public static OnnxTensor Read(string path)
    {
        ReadOnlySpan<byte> message = File.ReadAllBytes(path);
        var shape = new List<int>();
        float[] values = [];
        while (!message.IsEmpty)
        {
            ulong key = Varint(ref message);
            ulong value = Varint(ref message);
            bool hasLength = (key & 7) == 2;
            ReadOnlySpan<byte> bytes = hasLength ? message[..(int)value] : default;
            message = message[bytes.Length..];
            switch ((int)(key >> 3))
            {
                case Shapes when hasLength:
                    while (!bytes.IsEmpty)
                    {
                        shape.Add((int)Varint(ref bytes));
                    }

                    break;

                case Shapes:
                    shape.Add((int)value);
                    break;

                case RawData:
                    values = MemoryMarshal.Cast<byte, float>(bytes).ToArray();
                    break;
            }
        }

        return new OnnxTensor([.. shape], values);
    }

    private static ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte part = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }
}
