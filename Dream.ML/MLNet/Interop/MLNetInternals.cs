using System.Runtime.CompilerServices;
using Dream.ML;
using Dream.ML.Inference;
using Dream.ML.MLNet.DataView;
using Dream.ML.MLNet.Interop;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: IgnoresAccessChecksTo("Microsoft.ML.Core")]
[assembly: LoadableClass(
    typeof(DreamSuperResolutionTransformer), typeof(MLNetInternals), null, typeof(SignatureLoadModel),
    "DREAM super-resolution", MLNetInternals.LoaderSignature)]
[assembly: LoadableClass(
    typeof(DegradeImagesTransformer), typeof(MLNetInternals.Degradation), null, typeof(SignatureLoadModel),
    "Image degradation", MLNetInternals.Degradation.LoaderSignature)]
[assembly: LoadableClass(
    typeof(LoadPhotosTransformer), typeof(MLNetInternals.Loading), null, typeof(SignatureLoadModel),
    "Photo loading", MLNetInternals.Loading.LoaderSignature)]

namespace Dream.ML.MLNet.Interop;

/// <summary>
/// All that Dream.ML uses of ML.NET beyond its public API, guarded by InternalsContractTests. Compiled against a copy
/// of Microsoft.ML.Core in which these members are public (eng/Publicize.targets).
/// </summary>
static class MLNetInternals
{
    internal const string LoaderSignature = "DreamSuperResolve";
    const string ModelStream = "Model";

    static VersionInfo Version => VersionOf("DREAMSR1", LoaderSignature);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_env")]
    static extern ref IHostEnvironment EnvironmentField(TransformsCatalog catalog);

    internal static IHostEnvironment Environment(TransformsCatalog catalog) => Guard(() => EnvironmentField(catalog));

    internal static SchemaShape.Column ScalarColumn(
        string name, DataViewType type, params SchemaShape.Column[] annotations) =>
        Guard(() => new SchemaShape.Column(
            name, SchemaShape.Column.VectorKind.Scalar, type, isKey: false, new SchemaShape(annotations)));

    /// <summary>The <c>GpuDeviceId</c> and <c>FallbackToCpu</c> of the MLContext behind the environment.</summary>
    internal static (int? Id, bool FallbackToCpu) Gpu(IHostEnvironment environment) => Guard(() =>
        environment is IHostEnvironmentInternal host ? (host.GpuDeviceId, host.FallbackToCpu) : (null, true));

    internal static void ThrowIfCanceled(IHostEnvironment environment)
    {
        if (Guard(() => environment is ICancelable { IsCanceled: true }))
            throw new OperationCanceledException("The MLContext's execution was canceled.");
    }

    /// <summary>
    /// Columns and batch size go to the main stream, which ML.NET wants read to the last byte; the model to its own.
    /// </summary>
    internal static void Save(
        ModelSaveContext context, SuperResolutionSchema schema, int batchSize, IImageUpscaler model) =>
        Guard(() =>
        {
            context.CheckAtModel();
            context.SetVersionInfo(Version);
            context.SaveNonEmptyString(schema.OutputColumnName);
            context.SaveNonEmptyString(schema.InputColumnName);
            context.Writer.Write(batchSize);
            context.SaveBinaryStream(ModelStream, writer =>
                model.Save(writer.BaseStream, DreamSuperResolutionTransformer.Columns(
                    schema.OutputColumnName, schema.InputColumnName, batchSize)));
        });

    // ML.NET finds this by its name and signature.
    static DreamSuperResolutionTransformer Create(IHostEnvironment environment, ModelLoadContext context) =>
        Guard(() =>
        {
            context.CheckAtModel(Version);
            var output = context.LoadNonEmptyString();
            var input = context.LoadNonEmptyString();
            var batchSize = context.Reader.ReadInt32();

            DreamSuperResolutionTransformer? step = null;
            context.TryLoadBinaryStream(ModelStream, reader => step = DreamSuperResolutionTransformer.Read(
                environment, reader.BaseStream, DreamSuperResolutionTransformer.Columns(output, input, batchSize)));
            return step ?? throw new InvalidDataException(
                "The ML.NET model file lacks the network of its DreamSuperResolve step. " +
                "The file is damaged: save the pipeline again.");
        });

    // Names the assembly without a version, so that a model travels between releases of Dream.ML.
    static VersionInfo VersionOf(string modelSignature, string loaderSignature) => new(
        modelSignature: modelSignature,
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderSignature: loaderSignature,
        loaderAssemblyName: "Dream.ML");

    static void Guard(Action body) => Guard(() =>
    {
        body();
        return true;
    });

    // The runtime looks members up when it compiles the method that uses them, here the body of a lambda.
    static T Guard<T>(Func<T> body)
    {
        try
        {
            return body();
        }
        catch (Exception e) when (e is (MissingMemberException or TypeLoadException)
            and not (DllNotFoundException or EntryPointNotFoundException)) // these are about libtorch
        {
            var version = typeof(IHostEnvironment).Assembly.GetName().Version;
            throw new NotSupportedException(
                "This Dream.ML works with Microsoft.ML [5.0.1, 6.0.0), but found an incompatible one " +
                $"(Microsoft.ML.Core {version}). Reference Microsoft.ML and Microsoft.ML.ImageAnalytics in that range.", e);
        }
    }

    /// <summary>The same for <see cref="DegradeImagesTransformer"/>: ML.NET wants one loader a class.</summary>
    internal static class Degradation
    {
        internal const string LoaderSignature = "DegradeImages";

        static VersionInfo Version => VersionOf("DREAMDEG", LoaderSignature);

        internal static void Save(ModelSaveContext context, SuperResolutionSchema schema, int seed, string settings) =>
            Guard(() =>
            {
                context.CheckAtModel();
                context.SetVersionInfo(Version);
                context.SaveNonEmptyString(schema.OutputColumnName);
                context.SaveNonEmptyString(schema.InputColumnName);
                context.Writer.Write(schema.Scale);
                context.Writer.Write(seed);
                context.SaveNonEmptyString(settings);
            });

        static DegradeImagesTransformer Create(IHostEnvironment environment, ModelLoadContext context) =>
            Guard(() =>
            {
                context.CheckAtModel(Version);
                var (output, input) = (context.LoadNonEmptyString(), context.LoadNonEmptyString());
                var (scale, seed) = (context.Reader.ReadInt32(), context.Reader.ReadInt32());
                var settings = DegradationSettings.FromJson(context.LoadNonEmptyString());
                try
                {
                    return new DegradeImagesTransformer(environment, output, input, scale, settings, seed);
                }
                catch (ArgumentException e)
                {
                    throw new InvalidDataException($"The DegradeImages step cannot be read: {e.Message}", e);
                }
            });
    }

    /// <summary>The same for <see cref="LoadPhotosTransformer"/>.</summary>
    internal static class Loading
    {
        internal const string LoaderSignature = "LoadPhotos";

        static VersionInfo Version => VersionOf("DREAMPIC", LoaderSignature);

        internal static void Save(ModelSaveContext context, LoadPhotosTransformer step) =>
            Guard(() =>
            {
                context.CheckAtModel();
                context.SetVersionInfo(Version);
                context.SaveNonEmptyString(step.OutputColumnName);
                context.SaveNonEmptyString(step.InputColumnName);
                context.SaveString(step.Folder ?? "");
                context.Writer.Write(step.Limits.MaxPixels);
                context.Writer.Write(step.Limits.MaxFileBytes);
            });

        static LoadPhotosTransformer Create(IHostEnvironment environment, ModelLoadContext context) =>
            Guard(() =>
            {
                context.CheckAtModel(Version);
                var (output, input) = (context.LoadNonEmptyString(), context.LoadNonEmptyString());
                var folder = context.LoadString();
                var limits = new ImageLimits
                {
                    MaxPixels = context.Reader.ReadInt64(),
                    MaxFileBytes = context.Reader.ReadInt64(),
                };
                return new LoadPhotosTransformer(environment, output, folder, input, limits);
            });
    }
}
