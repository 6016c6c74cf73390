using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: IgnoresAccessChecksTo("Microsoft.ML.Core")]

namespace Dream.ML.MLNet.Interop;

/// <summary>
/// What Dream.ML uses of ML.NET beyond its public API, with <see cref="SavedStep"/>; guarded by InternalsContractTests.
/// Compiled against a copy of Microsoft.ML.Core in which these members are public (eng/Publicize.targets).
/// </summary>
static class MLNetInternals
{
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_env")]
    static extern ref IHostEnvironment EnvironmentField(TransformsCatalog catalog);

    internal static IHostEnvironment Environment(TransformsCatalog catalog) => Guard(() => EnvironmentField(catalog));

    internal static SchemaShape.Column ScalarColumn(
        string name, DataViewType type, params SchemaShape.Column[] annotations) =>
        Guard(() => new SchemaShape.Column(
            name, SchemaShape.Column.VectorKind.Scalar, type, isKey: false, new SchemaShape(annotations)));

    /// <summary>The <c>GpuDeviceId</c> and <c>FallbackToCpu</c> of the MLContext behind the environment.</summary>
    /// <summary>The context that an environment belongs to, or <c>null</c>.</summary>
    internal static MLContext? Context(IHostEnvironment environment) => environment as MLContext;

    internal static (int? Id, bool FallbackToCpu) Gpu(IHostEnvironment environment) => Guard(() =>
        environment is IHostEnvironmentInternal host ? (host.GpuDeviceId, host.FallbackToCpu) : (null, true));

    internal static bool IsCanceled(IHostEnvironment environment) => Guard(() => environment is ICancelable { IsCanceled: true });

    internal static void ThrowIfCanceled(IHostEnvironment environment)
    {
        if (IsCanceled(environment))
            throw new OperationCanceledException("The MLContext's execution was canceled.");
    }

    /// <summary>Says which ML.NET is needed where a member is missing.</summary>
    // The runtime looks members up when it compiles the method that uses them, here the body of a lambda.
    internal static T Guard<T>(Func<T> body)
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
}
