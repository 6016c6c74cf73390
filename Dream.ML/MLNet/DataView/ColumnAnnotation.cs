using Microsoft.ML;
using Microsoft.ML.Data;

namespace Dream.ML.MLNet.DataView;

/// <summary>What a column tells about itself, in ML.NET's types.</summary>
sealed record ColumnAnnotation(
    string Name, PrimitiveDataViewType Type, Action<DataViewSchema.Annotations.Builder> AddTo)
{
    internal static ColumnAnnotation Number(string name, int value) => Of(name, NumberDataViewType.Int32, value);

    internal static ColumnAnnotation Number(string name, double value) => Of(name, NumberDataViewType.Double, value);

    internal static ColumnAnnotation Flag(string name, bool value) => Of(name, BooleanDataViewType.Instance, value);

    internal static ColumnAnnotation Text(string name, string value) =>
        Of(name, TextDataViewType.Instance, value.AsMemory());

    static ColumnAnnotation Of<T>(string name, PrimitiveDataViewType type, T value) =>
        new(name, type, annotations => annotations.AddPrimitiveValue(name, type, value));
}
