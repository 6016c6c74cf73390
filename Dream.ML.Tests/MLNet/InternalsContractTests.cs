using System.IO.Compression;
using System.Reflection;
using Dream.ML.MLNet.Interop;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Dream.ML.Tests.MLNet;

/// <summary>Names all that MLNetInternals uses. When a new ML.NET fails here, MLNetInternals is the file to change.</summary>
[TestClass]
public sealed class InternalsContractTests
{
    const BindingFlags Any = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    [TestMethod]
    [DataRow("Microsoft.ML.LoadableClassAttribute", "Void .ctor(System.Type, System.Type, System.Type, System.Type, System.String, System.String[])")]
    [DataRow("Microsoft.ML.SignatureLoadModel", "Void Invoke(Microsoft.ML.ModelLoadContext)")]
    [DataRow("Microsoft.ML.VersionInfo", "Void .ctor(System.String, UInt32, UInt32, UInt32, System.String, System.String, System.String)")]
    [DataRow("Microsoft.ML.ModelSaveContext", "Void CheckAtModel()")]
    [DataRow("Microsoft.ML.ModelSaveContext", "Void SetVersionInfo(Microsoft.ML.VersionInfo)")]
    [DataRow("Microsoft.ML.ModelSaveContext", "Void SaveNonEmptyString(System.String)")]
    [DataRow("Microsoft.ML.ModelSaveContext", "Void SaveString(System.String)")]
    [DataRow("Microsoft.ML.ModelSaveContext", "Void SaveBinaryStream(System.String, System.Action`1[System.IO.BinaryWriter])")]
    [DataRow("Microsoft.ML.ModelSaveContext", "System.IO.BinaryWriter Writer")]
    [DataRow("Microsoft.ML.ModelLoadContext", "Void CheckAtModel(Microsoft.ML.VersionInfo)")]
    [DataRow("Microsoft.ML.ModelLoadContext", "System.String LoadNonEmptyString()")]
    [DataRow("Microsoft.ML.ModelLoadContext", "System.String LoadString()")]
    [DataRow("Microsoft.ML.ModelLoadContext", "Boolean TryLoadBinaryStream(System.String, System.Action`1[System.IO.BinaryReader])")]
    [DataRow("Microsoft.ML.ModelLoadContext", "System.IO.BinaryReader Reader")]
    [DataRow("Microsoft.ML.Runtime.IHostEnvironmentInternal", "System.Nullable`1[System.Int32] get_GpuDeviceId()")]
    [DataRow("Microsoft.ML.Runtime.IHostEnvironmentInternal", "Boolean get_FallbackToCpu()")]
    [DataRow("Microsoft.ML.Runtime.ICancelable", "Boolean get_IsCanceled()")]
    [DataRow("Microsoft.ML.SchemaShape+Column", "Void .ctor(System.String, VectorKind, Microsoft.ML.Data.DataViewType, Boolean, Microsoft.ML.SchemaShape)")]
    public void MicrosoftMLCore_has(string type, string member)
    {
        var found = typeof(IHostEnvironment).Assembly.GetType(type);
        Assert.IsNotNull(found, $"{type} is gone");
        CollectionAssert.Contains(found.GetMembers(Any).Select(m => m.ToString()).ToArray(), member);
    }

    [TestMethod]
    public void A_catalog_keeps_its_environment() =>
        Assert.AreEqual(typeof(IHostEnvironment), typeof(TransformsCatalog).GetField("_env", Any)?.FieldType);

    [TestMethod]
    public void The_environment_tells_gpu_and_cancellation()
    {
        var context = new MLContext { GpuDeviceId = 3, FallbackToCpu = false };
        var environment = MLNetInternals.Environment(context.Transforms);
        Assert.AreEqual((3, false), MLNetInternals.Gpu(environment));
        Assert.AreEqual((3, false), MLNetInternals.Gpu(context));

        var host = environment.Register("Test");
        MLNetInternals.ThrowIfCanceled(host);
        typeof(MLContext).GetMethod("CancelExecution", Any)!.Invoke(context, null);
        Assert.ThrowsExactly<OperationCanceledException>(() => MLNetInternals.ThrowIfCanceled(host));
    }

    [TestMethod]
    public void MLNet_finds_our_loader_and_a_file_without_its_network_says_so()
    {
        var context = new MLContext();
        using var file = new MemoryStream();
        context.Model.Save(new DreamSuperResolutionTransformer(context, "Upscaled", "Image", new NearestUpscaler()), null, file);
        using (var zip = new ZipArchive(file, ZipArchiveMode.Update, leaveOpen: true))
            zip.Entries.Single(entry => entry.Name == "Model").Delete();

        var error = Assert.ThrowsExactly<TargetInvocationException>(() => context.Model.Load(file, out _));
        Assert.IsInstanceOfType<InvalidDataException>(error.InnerException);
        StringAssert.Contains(error.InnerException.Message, "lacks the network");
    }

    [TestMethod]
    public void No_member_of_the_public_API_shows_an_internal_type()
    {
        var hidden = typeof(DreamSuperResolutionTransformer).Assembly.GetExportedTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public))
            .SelectMany(method => method.GetParameters().Append(method.ReturnParameter).Select(p => (method, type: p.ParameterType)))
            .Where(p => !p.type.IsVisible && !p.type.IsGenericParameter)
            .Select(p => $"{p.method.DeclaringType}.{p.method.Name}: {p.type}");
        CollectionAssert.AreEqual(Array.Empty<string>(), hidden.ToArray());
    }
}
