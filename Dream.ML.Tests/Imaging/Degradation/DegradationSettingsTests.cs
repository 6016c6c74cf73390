namespace Dream.ML.Tests.Imaging.Degradation;

[TestClass]
public sealed class DegradationSettingsTests
{
    static IEnumerable<object[]> Refused =>
    [
        ["Kernel", (Func<DegradationSettings>)(() => new() { Kernel = (ReductionKernel)7 })],
        ["BlurSigma", (Func<DegradationSettings>)(() => new() { BlurSigma = new(-1, 2) })],
        ["BlurSigma", (Func<DegradationSettings>)(() => new() { BlurSigma = new(double.NaN, double.NaN) })],
        ["BlurSigma", (Func<DegradationSettings>)(() => new() { BlurSigma = new(2, 1) })],
        ["BlurSigma", (Func<DegradationSettings>)(() => new() { BlurSigma = new(0, 21) })],
        ["NoiseSigma", (Func<DegradationSettings>)(() => new() { NoiseSigma = new(0, 256) })],
        ["JpegQuality", (Func<DegradationSettings>)(() => new() { JpegQuality = new(0, 90) })],
        ["JpegQuality", (Func<DegradationSettings>)(() => new() { JpegQuality = new(1, 101) })],
        ["Stages", (Func<DegradationSettings>)(() => new() { Stages = 0 })],
        ["Stages", (Func<DegradationSettings>)(() => new() { Stages = 3 })],
        ["RingingShare", (Func<DegradationSettings>)(() => new() { RingingShare = 1.1 })],
        ["CameraNoiseShare", (Func<DegradationSettings>)(() => new() { CameraNoiseShare = -0.1 })],
        ["StepShare", (Func<DegradationSettings>)(() => new() { StepShare = double.NaN })],
        ["SecondStageStrength", (Func<DegradationSettings>)(() => new() { SecondStageStrength = 2 })],
        ["CleanShare", (Func<DegradationSettings>)(() => new() { CleanShare = -1 })],
    ];

    [TestMethod]
    [DynamicData(nameof(Refused))]
    public void A_setting_out_of_range_is_named(string setting, Func<DegradationSettings> create)
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(create);
        Assert.AreEqual(setting, error.ParamName);
        StringAssert.StartsWith(error.Message, $"{setting} must be ");
    }

    [TestMethod]
    public void The_presets_and_the_outermost_values_are_accepted()
    {
        Assert.AreEqual(new(0, 20), (DegradationSettings.Bicubic with { BlurSigma = new(0, 20), NoiseSigma = new(0, 255) }).BlurSigma);
        Assert.AreEqual(new(1, 100), (DegradationSettings.Blind with { JpegQuality = new(1, 100) }).JpegQuality);
        Assert.AreEqual(new DegradationSettings(), DegradationSettings.Bicubic);
    }

    [TestMethod]
    public void Only_what_is_the_same_everywhere_is_fixed()
    {
        DegradationSettings[] fixedOnes = [DegradationSettings.Bicubic, new() { Kernel = ReductionKernel.Lanczos, BlurSigma = new(2, 2) }];
        foreach (var settings in fixedOnes)
            Assert.IsTrue(settings.IsFixed, $"{settings}");
        DegradationSettings[] others =
        [
            DegradationSettings.Blind, new() { Kernel = ReductionKernel.Random }, new() { BlurSigma = new(1, 2) }, new() { NoiseSigma = new(1, 1) },
            new() { JpegQuality = new(50, 50) }, new() { RingingShare = 1 }, new() { StepShare = 0.5 }, new() { Stages = 2 }, new() { CleanShare = 0.5 },
        ];
        foreach (var settings in others)
            Assert.IsFalse(settings.IsFixed, $"{settings}");
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
