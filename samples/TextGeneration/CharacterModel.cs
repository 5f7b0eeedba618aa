using SourceGenLstm;

namespace TextGeneration;

/// <summary>
/// Predicts the next byte of a text from all the bytes before it. Bytes are a vocabulary that every text in every language has, and that needs no file beside
/// the weights. In a run of whole epochs each row of a batch goes on where it ended in the batch before: gradients reach back 64 bytes, the state any distance.
/// </summary>
[Network(Steps = 64)]
[Embedding(256, 64)]
[Lstm(384, ReturnSequences = true)]
[Dropout(0.3f)]
[Lstm(384, ReturnSequences = true)]
[Dropout(0.3f)]
[Dense(256, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 32, Stateful = true)]
internal sealed partial class CharacterModel;
