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
// Here we write such a loop and train the same tiny network twice, without and with these lines. It is gray, four times, and has half a minute for each.

// %%
using System.Diagnostics;
using System.IO;
using Dream.ML;
using Microsoft.ML.Data;
using TorchSharp;
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
    network.forward(cat([condition, noisy, level.view(-1, 1, 1, 1).expand(-1, 1, noisy.shape[2], noisy.shape[3])], 1));

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
        {
            var (photo, left, top) = (photos[random.Next(photos.Length)], random.Next(121), random.Next(121));
            return (Condition: photo.Condition.narrow(2, top, 8).narrow(3, left, 8), Clean: photo.Clean.narrow(2, top, 8).narrow(3, left, 8));
        }).ToArray();
        var (condition, clean) = (cat(patches.Select(patch => patch.Condition).ToArray()), cat(patches.Select(patch => patch.Clean).ToArray()));
        var level = cos(rand(16) * 1.55);

        var (noisy, target) = dream.Rectify(network, (y, g) => Predict(network, condition, y, g), clean, randn_like(clean), level);
        var loss = (Predict(network, condition, noisy, level) - target).abs().mean();

        adam.zero_grad();
        loss.backward();
        adam.step();
    }
    return (network, clock.Elapsed.TotalSeconds);
}

var standard = Train(power: double.PositiveInfinity, steps: 1000);
var rectified = Train(power: 1, steps: 1000);
Console.WriteLine($"1,000 updates took {standard.Seconds:0.0} seconds without and {rectified.Seconds:0.0} seconds with DREAM");

// %% [markdown]
// DREAM's updates take longer because of the estimate.
//
// ## From noise to picture
//
// Both networks upscale the four photos that were not used for training, from the same noise, in 1 to 50 steps (DDIM).

// %%
Tensor Sample(Sequential network, Tensor condition, int steps)
{
    using var constants = no_grad();
    manual_seed(7);
    var signal = randn_like(condition);
    var clean = signal;
    for (var step = steps; step > 0; step--)
    {
        var (level, next) = (Math.Cos(1.55 * step / steps), Math.Cos(1.55 * (step - 1) / steps));
        var noise = Predict(network, condition, signal, tensor((float)level));
        clean = ((signal - Math.Sqrt(1 - level * level) * noise) / level).clamp(-2, 2);
        noise = (signal - level * clean) / Math.Sqrt(1 - level * level);
        signal = next * clean + Math.Sqrt(1 - next * next) * noise;
    }
    return clean;
}

double Psnr(Tensor found, Tensor clean) => 10 * Math.Log10(4 / ((found - clean) / 5).square().mean().item<float>());

var evaluated = Directory.GetFiles("../Data/evaluate", "*.png").Order(StringComparer.Ordinal).Select(Load).ToArray();
int[] counts = [1, 2, 5, 10, 20, 50];
var curves = new[] { standard.Network, rectified.Network }
    .Select(network => counts.Select(steps => evaluated.Average(photo => Psnr(Sample(network, photo.Condition, steps), photo.Clean))).ToArray()).ToArray();

Console.WriteLine("steps      " + string.Concat(counts.Select(steps => $"{steps,7}")));
Console.WriteLine("standard   " + string.Concat(curves[0].Select(psnr => $"{psnr,7:0.00}")));
Console.WriteLine("DREAM      " + string.Concat(curves[1].Select(psnr => $"{psnr,7:0.00}")));
Console.WriteLine($"bicubic    {evaluated.Average(photo => Psnr(zeros_like(photo.Clean), photo.Clean)),7:0.00} dB");

// %%
string Curves(string caption, params (string Color, double[] Values)[] curves)
{
    var (low, high) = (curves.Min(curve => curve.Values.Min()), curves.Max(curve => curve.Values.Max()));
    var paths = curves.Select(curve =>
    {
        var points = curve.Values.Select((value, index) => $"{10 + 460 * index / (curve.Values.Length - 1)},{150 - 140 * (value - low) / (high - low):0}");
        return $"""<path stroke="{curve.Color}" d="M{string.Join(" L", points)}" fill="none" stroke-width="2"/>""";
    });
    return $"""<svg width="480" height="160">{string.Concat(paths)}</svg><figcaption>{caption}</figcaption>""";
}

display(HTML(Curves("PSNR after 1, 2, 5, 10, 20 and 50 steps: standard in gray, DREAM in blue", ("#999999", curves[0]), ("#3366cc", curves[1]))));
