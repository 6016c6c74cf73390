using Dream.ML.MLNet;
using Dream.ML.MLNet.DataView;
using Dream.ML.MLNet.Interop;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Dream.ML.Tests.MLNet;

[TestClass]
public sealed class SuperResolutionSchemaTests
{
    static readonly MLContext Context = new();
    static readonly SuperResolutionSchema Step = new("Upscaled", "Image", 2) { Model = NearestUpscaler.Twice };

    [TestMethod]
    public void A_sized_image_gives_a_sized_image() =>
        Assert.AreEqual(new ImageDataViewType(8, 12), Step.Extend(Schema(new ImageDataViewType(4, 6)))["Upscaled"].Type);

    [TestMethod]
    public void An_unsized_image_gives_an_unsized_image() =>
        Assert.AreEqual(new ImageDataViewType(), Step.Extend(Schema(new ImageDataViewType()))["Upscaled"].Type);

    [TestMethod]
    public void An_image_of_a_target_size_has_that_size_in_its_type()
    {
        var (sized, unsized) = (Schema(new ImageDataViewType(4, 6)), Schema(new ImageDataViewType()));
        Assert.AreEqual(new ImageDataViewType(6, 9), Sized(scale: 1.5).Extend(sized)["Upscaled"].Type);
        Assert.AreEqual(new ImageDataViewType(20, 30), Sized(width: 30).Extend(sized)["Upscaled"].Type);
        Assert.AreEqual(new ImageDataViewType(), Sized(width: 30).Extend(unsized)["Upscaled"].Type);
        Assert.AreEqual(new ImageDataViewType(7, 31), Sized(width: 31, height: 7).Extend(unsized)["Upscaled"].Type);
    }

    [TestMethod]
    public void The_shape_before_fitting_agrees_with_the_schema_after()
    {
        foreach (var type in new[] { new ImageDataViewType(), new ImageDataViewType(4, 6) })
            foreach (var step in new[] { Step, Step with { OutputColumnName = "Image" }, Step with { Model = null }, Sized(scale: 1.5), Sized(width: 9, height: 5) })
            {
                var schema = step.Extend(Schema(type));
                var shape = step.Extend(Shape(type));
                CollectionAssert.AreEquivalent(
                    schema.Where(c => !c.IsHidden).Select(c => (c.Name, c.Type)).ToArray(),
                    shape.Select(c => (c.Name, c.ItemType)).ToArray());
                CollectionAssert.AreEqual(
                    schema[step.OutputColumnName].Annotations.Schema.Select(c => c.Name).ToArray(),
                    shape.Single(c => c.Name == step.OutputColumnName).Annotations.Select(c => c.Name).ToArray());
            }
    }

    [TestMethod]
    public void The_output_column_tells_how_its_images_were_made()
    {
        var annotations = Step.Extend(Schema(new ImageDataViewType()))["Upscaled"].Annotations;
        Assert.AreEqual((2, 3, 5), (Value<int>("Scale"), Value<int>("Steps"), Value<int>("Seed")));
        Assert.AreEqual("Compact", $"{Value<ReadOnlyMemory<char>>("Network")}");
        Assert.AreEqual("Ddim", $"{Value<ReadOnlyMemory<char>>("Sampler")}");
        Assert.IsFalse(Value<bool>("ColorFidelity"));
        Assert.AreEqual((1, 0.5), (Value<double>("EpsilonScaling"), Value<double>("Detail")));
        Assert.IsFalse(annotations.Schema.Any(c => c.Name is "Dream.OutputScale" or "Dream.TargetWidth" or "Dream.TargetHeight"));
        annotations = Sized(width: 31, height: 7).Extend(Schema(new ImageDataViewType()))["Upscaled"].Annotations;
        Assert.AreEqual((31, 7), (Value<int>("TargetWidth"), Value<int>("TargetHeight")));
        annotations = Sized(scale: 1.5).Extend(Schema(new ImageDataViewType()))["Upscaled"].Annotations;
        Assert.AreEqual(1.5, Value<double>("OutputScale"));

        T Value<T>(string name)
        {
            T value = default!;
            annotations.GetValue($"Dream.{name}", ref value);
            return value;
        }
    }

    [TestMethod]
    public void A_column_of_another_type_is_named_with_its_type()
    {
        var afterFitting = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Step.Extend(Schema(NumberDataViewType.Single)));
        var beforeFitting = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Step.Extend(Shape(NumberDataViewType.Single)));
        foreach (var message in new[] { afterFitting.Message, beforeFitting.Message })
            StringAssert.Contains(message, "Schema mismatch for input column 'Image': expected Image, got Single");
    }

    [TestMethod]
    public void A_missing_column_brings_the_image_columns_that_are_there()
    {
        var step = Step with { InputColumnName = "Photo" };
        var afterFitting = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => step.Extend(Schema(new ImageDataViewType())));
        var beforeFitting = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => step.Extend(Shape(new ImageDataViewType())));
        foreach (var message in new[] { afterFitting.Message, beforeFitting.Message })
        {
            StringAssert.Contains(message, "expected Image, got no such column. Image columns in the data: 'Image'.");
            Assert.DoesNotContain("ShuffleRows", message);
        }
    }

    [TestMethod]
    public void An_image_column_lost_on_the_way_brings_the_cause()
    {
        ImageTypes.Register();
        var photos = Context.Data.LoadFromEnumerable(Photo.Rows(1));
        var shuffled = Context.Data.ShuffleRows(photos);
        var message = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Step.Extend(shuffled.Schema)).Message;
        StringAssert.Contains(message, "The data has no image column.");
        StringAssert.Contains(message, "ShuffleRows silently drop image columns");
    }

    static SuperResolutionSchema Sized(double? scale = null, int? width = null, int? height = null) => Step with
    {
        Model = NearestUpscaler.Twice with
        {
            Sampling = NearestUpscaler.Twice.Sampling with { OutputScale = scale, TargetWidth = width, TargetHeight = height },
        },
    };

    static DataViewSchema Schema(DataViewType imageType)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Name", TextDataViewType.Instance);
        builder.AddColumn("Image", imageType);
        return builder.ToSchema();
    }

    static SchemaShape Shape(DataViewType imageType) =>
        new([MLNetInternals.ScalarColumn("Name", TextDataViewType.Instance), MLNetInternals.ScalarColumn("Image", imageType)]);
}
