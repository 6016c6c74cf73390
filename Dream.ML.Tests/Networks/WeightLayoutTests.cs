namespace Dream.ML.Tests.Networks;

[TestClass]
public sealed class WeightLayoutTests
{
    static IEnumerable<object[]> Networks =>
    [
        [Tiny.Compact],
        [new CompactSettings { Channels = 9, EncoderBlocks = 2, DenoiserBlocks = 3 }],
        [Tiny.Implicit],
        [Tiny.Sr3],
        [Tiny.Sr3 with { ChannelMultipliers = [1], ResBlocks = 2 }],
        [Tiny.Sr3 with { ChannelMultipliers = [2, 1, 3], AttentionResolutions = [64, 16], ImageSize = 64, ResidualScale = 5 }],
        [Tiny.Sr3 with { AttentionResolutions = [32], ImageSize = 128, Unshuffle = 2 }],
    ];

    [TestMethod]
    [DynamicData(nameof(Networks))]
    public void A_layout_tells_names_and_shapes_of_the_weights_that_a_network_has(NetworkSettings settings)
    {
        foreach (var scale in new[] { 2, 3 })
        {
            using var network = settings.Create(scale);
            var layout = settings.Layout(scale);
            CollectionAssert.AreEquivalent(
                network.state_dict().Select(weight => $"{weight.Key} {string.Join(',', weight.Value.shape)}").ToArray(),
                layout.Select(weight => $"{weight.Key} {string.Join(',', weight.Value)}").ToArray());
        }
    }
}
