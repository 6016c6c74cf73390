using Dream.ML.Imaging.Degradation;
using Dream.ML.SuperResolution;

namespace Dream.ML.Tests.Imaging.Degradation;

[TestClass]
public sealed class DegradationSettingsTests
{
    static IEnumerable<object[]> Refused =>
    [
        ["Kernel", new DegradationSettings { Kernel = (ReductionKernel)7 }],
        ["BlurSigma", new DegradationSettings { BlurSigma = new(-1, 2) }],
        ["BlurSigma", new DegradationSettings { BlurSigma = new(double.NaN, double.NaN) }],
        ["BlurSigma", new DegradationSettings { BlurSigma = new(2, 1) }],
        ["BlurSigma", new DegradationSettings { BlurSigma = new(0, 21) }],
        ["NoiseSigma", new DegradationSettings { NoiseSigma = new(0, 256) }],
        ["JpegQuality", new DegradationSettings { JpegQuality = new(0, 90) }],
        ["JpegQuality", new DegradationSettings { JpegQuality = new(1, 101) }],
        ["Stages", new DegradationSettings { Stages = 0 }],
        ["Stages", new DegradationSettings { Stages = 3 }],
    ];

    [TestMethod]
    [DynamicData(nameof(Refused))]
    public void A_setting_out_of_range_is_named(string setting, DegradationSettings settings)
    {
        var options = new DreamSuperResolutionEstimator.Options { OutputColumnName = "Out", Degradation = settings };
        foreach (var refused in new Action[] { settings.Validate, options.Validate })
        {
            var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(refused);
            Assert.AreEqual(setting, error.ParamName);
            StringAssert.StartsWith(error.Message, $"{setting} must be ");
        }
    }

    [TestMethod]
    public void The_presets_and_the_outermost_values_are_accepted()
    {
        DegradationSettings.Bicubic.Validate();
        DegradationSettings.Blind.Validate();
        (DegradationSettings.Bicubic with { BlurSigma = new(0, 20), NoiseSigma = new(0, 255) }).Validate();
        (DegradationSettings.Bicubic with { JpegQuality = new(1, 100) }).Validate();
        Assert.AreEqual(new DegradationSettings(), DegradationSettings.Bicubic);
    }

    [TestMethod]
    public void Settings_survive_JSON()
    {
        foreach (var settings in new[] { DegradationSettings.Bicubic, DegradationSettings.Blind })
            Assert.AreEqual(settings, DegradationSettings.FromJson(settings.ToJson()));
        StringAssert.Contains(DegradationSettings.Blind.ToJson(), "\"Kernel\":\"Random\"");
        Assert.AreEqual(DegradationSettings.Bicubic, DegradationSettings.FromJson("{}"));
        foreach (var text in new[] { "", "null", "{\"Stages\":\"many\"}", "{\"Stages\":3}" })
            Assert.ThrowsExactly<InvalidDataException>(() => DegradationSettings.FromJson(text));
    }
}
