using Microsoft.ML;

namespace Dream.ML.MLNet.Interop;

/// <summary>
/// How a step stands in ML.NET's model files: under names that stay, and without a version of the assembly, so that a model
/// travels between releases of Dream.ML. Every step begins with its columns.
/// </summary>
sealed class SavedStep(string modelSignature, string loaderSignature)
{
    VersionInfo Version => new(
        modelSignature: modelSignature,
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderSignature: loaderSignature,
        loaderAssemblyName: "Dream.ML");

    internal void Write(ModelSaveContext context, string outputColumn, string inputColumn, Action writeRest) =>
        MLNetInternals.Guard(() =>
        {
            context.CheckAtModel();
            context.SetVersionInfo(Version);
            context.SaveNonEmptyString(outputColumn);
            context.SaveNonEmptyString(inputColumn);
            writeRest();
            return true;
        });

    internal T Read<T>(ModelLoadContext context, Func<string, string, T> readRest) =>
        MLNetInternals.Guard(() =>
        {
            context.CheckAtModel(Version);
            return readRest(context.LoadNonEmptyString(), context.LoadNonEmptyString());
        });
}
