using Dream.ML.Inference;
using Dream.ML.MLNet.DataView;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Dream.ML.MLNet;

/// <summary>The columns of a step that enlarges or reduces images.</summary>
sealed record SuperResolutionSchema(string OutputColumnName, string InputColumnName, int Scale)
    : StepSchema(OutputColumnName, InputColumnName)
{
    /// <summary>
    /// The model that makes the output; <c>null</c> where there is none and the input is <see cref="Scale"/> times as large as
    /// the output.
    /// </summary>
    internal ModelDescription? Model { get; init; }

    /// <summary>The column of masks; <c>null</c> where the step reads none.</summary>
    internal string? MaskColumnName { get; init; }

    protected override string[] InputColumnNames => MaskColumnName is null ? base.InputColumnNames : [InputColumnName, MaskColumnName];

    protected override ImageDataViewType OutputType(DataViewType input)
    {
        var image = (ImageDataViewType)input;
        if (Model is { Sampling: { TargetWidth: { } targetWidth, TargetHeight: { } targetHeight } })
            return ImageTypes.Sized(targetHeight, targetWidth);
        if (image.Height == 0)
            return image;
        if (Model is not null)
        {
            var (width, height) = Model.OutputSize(image.Width, image.Height);
            return checked(ImageTypes.Sized((int)height, (int)width));
        }
        if (Math.Min(image.Height, image.Width) < Scale)
            throw ColumnExtensions.Mismatch(
                InputColumnName, InputType, $"{image}, which is too small to be reduced {Scale} times");
        return ImageTypes.Sized(image.Height / Scale, image.Width / Scale);
    }

    protected override void Annotate(DataViewSchema.Annotations.Builder annotations)
    {
        Number("Scale", Scale);
        if (Model is not { Sampling: var sampling })
            return;
        Text("Network", Model.Network.GetType().Name.Replace("Settings", ""));
        Text("Sampler", $"{sampling.Sampler}");
        Number("Steps", sampling.Steps!.Value);
        Number("Seed", sampling.Seed!.Value);
        Real("EpsilonScaling", sampling.EpsilonScaling);
        Real("Detail", sampling.Detail);
        annotations.AddPrimitiveValue("Dream.ColorFidelity", BooleanDataViewType.Instance, sampling.ColorFidelity!.Value);
        if (sampling.OutputScale is { } scale)
            Real("OutputScale", scale);
        if (sampling.TargetWidth is { } width)
            Number("TargetWidth", width);
        if (sampling.TargetHeight is { } height)
            Number("TargetHeight", height);

        void Number(string name, int value) => annotations.AddPrimitiveValue($"Dream.{name}", NumberDataViewType.Int32, value);
        void Real(string name, double value) => annotations.AddPrimitiveValue($"Dream.{name}", NumberDataViewType.Double, value);
        void Text(string name, string value) =>
            annotations.AddPrimitiveValue($"Dream.{name}", TextDataViewType.Instance, value.AsMemory());
    }
}
