// The source of what-dream-does.ipynb, and an app of its own: dotnet run what-dream-does.cs
// Elsewhere than in this repository: #:package Dream.ML.Models@0.1.0 and, to train, #:package libtorch-cpu-linux-x64@2.10.0
// (on Windows and macOS TorchSharp-cpu, version 0.107.0, instead)
#:project ../../Dream.ML.Models

// %% [markdown]
// # What DREAM does
//
// Diffusion makes a picture out of noise, step by step, and each step works on the result of the one before. In training, the network
// sees true pictures with noise; later it sees its own half-finished ones, with its own mistakes in them. DREAM (Zhou et al., CVPR 2024) closes that gap
// by changing three lines of the training loop.
//
// Here we write such a loop and train the same tiny network twice, without and with these lines. It enlarges gray pictures four times, and has some seconds to learn.

// %%
using System.Diagnostics;
using System.IO;
using Dream.ML;
using Microsoft.ML.Data;
using TorchSharp.Modules;
using static TorchSharp.torch;

// What bicubic interpolation loses is what the network must find: x0 = 5 · (photo − bicubic), folded so that 4×4 pixels become 16 channels.
Tensor Gray(MLImage image) =>
    tensor(image.Pixels.ToArray().Chunk(4).Select(pixel => pixel[1] / 127.5f - 1).ToArray(), [1, 1, image.Height, image.Width]);
(Tensor Condition, Tensor Clean) Load(string path)
{
    var photo = ImageFiles.Read(path);
    var (high, bicubic) = (Gray(photo), Gray(photo.ResizeBicubic(128, 128).ResizeBicubic(512, 512)));
    return (nn.functional.pixel_unshuffle(bicubic, 4), nn.functional.pixel_unshuffle(5 * (high - bicubic), 4));
}
(Tensor Condition, Tensor Clean) Part((Tensor Condition, Tensor Clean) photo, int left, int top, int size) =>
    (photo.Condition.narrow(2, top, size).narrow(3, left, size), photo.Clean.narrow(2, top, size).narrow(3, left, size));
var photos = Directory.GetFiles("../Data/train", "*.jpg").Order(StringComparer.Ordinal).Select(Load).ToArray();

// %% [markdown]
// ## The network
//
// It gets the bicubic picture, the noisy signal and how much of the signal is left (`level`, from 1 to nearly 0), and predicts the noise.

// %%
Sequential CreateNetwork() => nn.Sequential(
    nn.Conv2d(33, 48, 3, padding: 1), nn.SiLU(),
    nn.Conv2d(48, 48, 3, padding: 1), nn.SiLU(),
    nn.Conv2d(48, 48, 3, padding: 1), nn.SiLU(),
    nn.Conv2d(48, 48, 3, padding: 1), nn.SiLU(),
    nn.Conv2d(48, 16, 3, padding: 1));

Tensor Predict(Sequential network, Tensor condition, Tensor noisy, Tensor level) =>
    network.forward(cat([condition, noisy, level.view(-1, 1, 1, 1).expand(noisy.shape[0], 1, noisy.shape[2], noisy.shape[3])], 1));

// %% [markdown]
// ## The three lines
//
// They are inside `Rectify`: **estimate** the picture without learning from it, **blend** the estimate into the truth and add the same noise again,
// and **ask for the truth**. A power of infinity switches them off, which leaves ordinary diffusion training; 1 is the paper's.

// %%
(Sequential Network, double Seconds) Train(double power, int steps)
{
    manual_seed(1);
    var random = new Random(1);
    var network = CreateNetwork();
    var adam = optim.Adam(network.parameters(), 2e-3);
    var dream = new DreamRectifier(power);
    var clock = Stopwatch.StartNew();
    for (var step = 0; step < steps; step++)
    {
        using var scope = NewDisposeScope();
        var patches = Enumerable.Range(0, 16).Select(_ =>
            Part(photos[random.Next(photos.Length)], random.Next(121), random.Next(121), size: 8)).ToArray();
        var condition = cat(patches.Select(patch => patch.Condition).ToArray());
        var clean = cat(patches.Select(patch => patch.Clean).ToArray());
        var level = cos(rand(16) * 1.55);

        var (noisy, target) = dream.Rectify(network, (y, g) => Predict(network, condition, y, g), clean, randn_like(clean), level);
        var loss = (Predict(network, condition, noisy, level) - target).abs().mean();

        adam.zero_grad();
        loss.backward();
        adam.step();
    }
    return (network, clock.Elapsed.TotalSeconds);
}

var standard = Train(power: double.PositiveInfinity, steps: 1400);
var rectified = Train(power: 1, steps: 1000);
Console.WriteLine($"standard: 1,400 updates in {standard.Seconds:0} seconds");
Console.WriteLine($"DREAM:    1,000 updates in {rectified.Seconds:0} seconds");

// %% [markdown]
// The estimate takes time. So that it is not given more time, DREAM has fewer updates.
//
// ## From noise to picture
//
// Both networks upscale the middle of the four photos that were not used for training, from the same noise, in 1 to 20 steps (DDIM).

// %%
Tensor Sample(Sequential network, Tensor condition, int steps)
{
    using var constants = no_grad();
    manual_seed(7);
    var signal = randn_like(condition);
    for (var step = steps; step > 0; step--)
    {
        using var scope = NewDisposeScope();
        var (level, next) = (Math.Cos(1.55 * step / steps), Math.Cos(1.55 * (step - 1) / steps));
        var noise = Predict(network, condition, signal, tensor((float)level));
        var clean = ((signal - Math.Sqrt(1 - level * level) * noise) / level).clamp(-2, 2);
        noise = (signal - level * clean) / Math.Sqrt(1 - level * level);
        signal = (next * clean + Math.Sqrt(1 - next * next) * noise).MoveToOuterDisposeScope();
    }
    return signal;
}

var evaluated = Directory.GetFiles("../Data/evaluate", "*.png").Order(StringComparer.Ordinal)
    .Select(path => Part(Load(path), 32, 32, size: 64)).ToArray();
var condition = cat(evaluated.Select(photo => photo.Condition).ToArray());
var truth = cat(evaluated.Select(photo => photo.Clean).ToArray());
double Psnr(Tensor found) => 10 * Math.Log10(4 / ((found - truth) / 5).square().mean().item<float>());

int[] counts = [1, 2, 5, 10, 20];
var (plain, dreamed) = (
    counts.Select(steps => Sample(standard.Network, condition, steps)).ToArray(),
    counts.Select(steps => Sample(rectified.Network, condition, steps)).ToArray());
string Row(IEnumerable<Tensor> pictures) => string.Concat(pictures.Select(picture => $"{Psnr(picture),8:0.00}"));
Console.WriteLine($"""
    PSNR in dB by steps
              {string.Concat(counts.Select(steps => $"{steps,8}"))}
    standard  {Row(plain)}
    DREAM     {Row(dreamed)}
    bicubic   {Row([zeros_like(truth)])}
    """);

// %% [markdown]
// Two steps after DREAM are closer to the photos than twenty without it, where further steps hardly help: every step adds its own mistakes to those before.
// Here is one of the photos:

// %%
MLImage Picture(Tensor found)
{
    var gray = nn.functional.pixel_shuffle((condition + found / 5)[3..4], 4);
    var bytes = ((gray + 1) * 127.5).clamp(0, 255).to(ScalarType.Byte).data<byte>();
    return MLImage.CreateFromPixels(256, 256, MLPixelFormat.Bgra32,
        bytes.SelectMany(value => new byte[] { value, value, value, 255 }).ToArray());
}

display(HTML(MLImageDisplay.SideBySideHtml(
    ("standard, 10 steps", Picture(plain[3])), ("DREAM, 10 steps", Picture(dreamed[3])), ("original", Picture(truth)))));

// %% [markdown]
// ## What this shows, and what it does not
//
// It shows the gap, and that three lines close much of it. It does not show how training ends: after these few seconds both networks are still
// below bicubic interpolation. The longer both are trained, the smaller the difference, and DREAM's pictures are less sharp. Longer runs, over
// several seeds and with their standard deviations, stand in [results](../../docs/results.md); how the formulas come about in
// [architecture](../../docs/architecture.md#the-mathematics).
//
// When you train with `DreamSuperResolve`, DREAM is on already. `Training.DreamPower` is its power.
