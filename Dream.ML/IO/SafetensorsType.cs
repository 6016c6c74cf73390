namespace Dream.ML.IO;

/// <summary>Types of numbers, named as in the files.</summary>
enum SafetensorsType
{
    F64,
    F32,
    F16,
    BF16,
    I64,
    I32,
    I16,
    I8,
    U8,
    BOOL,
}
