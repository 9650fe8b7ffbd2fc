terraform {
  required_providers {
    maas = {
      source = "terraform.local/huaweicloud/maas"
    }
  }
}

data "maas_endpoints" "all" {}

output "free" {
  description = "Number of endpoints that can still be created."
  value       = data.maas_endpoints.all.quota - data.maas_endpoints.all.total_count
}

output "names" {
  value = data.maas_endpoints.all.endpoints[*].name
}
