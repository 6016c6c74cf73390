#:package Dream.ML@VERSION
#:package libtorch-cpu-linux-x64@2.10.0
#:property NoWarn=NU1603
#:property CreateHardLinksForCopyLocalIfPossible=true

// upscale.cs <model> <picture>   an app of one file, where .NET's reflection-based JSON is off: upscales and prints a digest
using System.Security.Cryptography;
using Dream.ML;
using Microsoft.ML;
using Microsoft.ML.Data;

using var dream = DreamSuperResolutionTransformer.Load(new MLContext(), args[0]);
using var small = MLImage.CreateFromFile(args[1]);
using var large = dream.Upscale(small);
Console.WriteLine($"{large.Width}x{large.Height} {Convert.ToHexString(SHA256.HashData(large.Pixels))}");
